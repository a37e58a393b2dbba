import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Dataset, SplitSizes } from '@pixelrnn/data';
import { datasetNames, isImageFile, openDataset, packDataset, usesDataFolder, verifyPack } from '@pixelrnn/data/node';
import { assign, folderOptions, readInThreads } from '@pixelrnn/experiment';
import { integer, megabytes, repeatable, UsageError } from '@pixelrnn/shell';
import { type DataFlags, withDataDir } from '../data-flags.ts';
import { defineCommand, type GlobalFlags, type PixelrnnContext } from '../define-command.ts';
import { imageSize } from '../image-size.ts';
import { checkOut, refuseStdout } from '../output.ts';

interface PackFlags extends GlobalFlags, Pick<DataFlags, 'dataDir'> {
  readonly out?: string;
  readonly size?: { readonly height: number; readonly width: number };
  readonly levels?: number;
  readonly set?: readonly string[];
  readonly verify?: boolean;
}

/** `pixelrnn pack`: writes a data set into one file, from which `train --images` reads images by their offset. */
export const packCommand = defineCommand<PackFlags>({
  arguments: '<dataset|folder|pack>',
  examples: [
    'pack ~/Pictures/icons --out icons.pack',
    'pack ~/tiny-imagenet-200 --set labels=folders --out tiny.pack',
    'pack cifar10 --out cifar10.pack',
    'train cifar10-row-lstm --images icons.pack',
    'pack icons.pack --verify',
  ],
  flags: (command) =>
    withDataDir(command)
      .option('--out <file.pack>', 'the file to write')
      .option('--size <HxW>', 'of the images of a folder (default: as the files are)', imageSize)
      .option('--levels <n>', 'levels of a color (default: as the files or the data set have)', integer(2, 256))
      .option('--set <key=value>', 'an option of the data set; may be repeated', repeatable)
      .option('--verify', 'read all of a pack, and compare its SHA-256'),
  async run(context, flags, source) {
    if (flags.verify) return verify(context, flags, source);
    const { out } = flags;
    if (out === undefined) throw new UsageError('pack: wanted --out <file.pack>, got none');
    refuseStdout('--out', out, 'a file');
    if (isImageFile(out)) throw new UsageError(`--out: wanted a pack, which is no image, got ${out}`);
    await checkOut(context, out, flags);
    const dataset = await open(flags, source);
    for (const note of dataset.notes ?? []) context.note(`${dataset.name}: ${note}`);
    const { splits, sha256 } = await packDataset(dataset, out, {
      signal: context.interrupts(),
      onProgress: (done, total) => context.progress.update({ done, total, text: `${done} of ${total} images` }),
    });
    const bytes = statSync(out).size;
    return {
      result: { file: resolve(out), bytes, splits: { ...splits }, sha256 },
      text: `${dataset.name}: ${inWords(splits)}, ${megabytes(bytes)} in ${out}`,
    };
  },
});

async function verify(context: PixelrnnContext, { verify: _, json: __, ...others }: PackFlags, path: string) {
  const given = Object.keys(others).filter((name) => ['out', 'size', 'levels', 'set', 'dataDir'].includes(name));
  if (given.length > 0) throw new UsageError(`pack --verify: wanted a pack alone, got --${given[0]} as well`);
  const { splits, sha256 } = await verifyPack(path, {
    signal: context.interrupts(),
    onProgress: (done, total) =>
      context.progress.update({ done, total, text: `${megabytes(done)} of ${megabytes(total)}` }),
  });
  return {
    result: { file: resolve(path), splits: { ...splits }, sha256 },
    text: `${path}: ${inWords(splits)}, whole, SHA-256 ${sha256}`,
  };
}

const inWords = ({ train, valid, test }: SplitSizes): string =>
  `${train} images to train, ${valid} to validate, ${test} to test`;

/** A data set by its name, else the images of a folder. */
async function open({ dataDir, size, levels, set = [] }: PackFlags, source: string): Promise<Dataset> {
  const isNamed = datasetNames().includes(source);
  if (isNamed && size) throw new UsageError(`pack: wanted no --size, since images of ${source} have theirs`);
  const begun: object = isNamed
    ? { ...(levels !== undefined && { levels }) }
    : (await folderOptions({ folder: source, size, levels })).options;
  const options = assign(begun, set);
  const name = isNamed ? source : 'image-folder';
  if (dataDir !== undefined && !usesDataFolder(name, { ...options }))
    throw new UsageError(`pack: wanted no --data-dir, since ${source} reads nothing from it`);
  return openDataset(name, { ...options, ...(dataDir !== undefined && { dataDir }) }, { readImages: readInThreads });
}
