import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import {
  type Archive,
  CodecError,
  decoded,
  fingerprint,
  modelFingerprint,
  readArchive,
  type Trained,
} from '@pixelrnn/codec';
import { duration, modelOf, openRun, readRunConfig, withWorkers } from '@pixelrnn/experiment';
import { checkFolder, fileError, writeFileAtomic } from '@pixelrnn/files';
import { PRETRAINED } from '@pixelrnn/pretrained';
import { pretrainedRun } from '@pixelrnn/pretrained/node';
import { UsageError } from '@pixelrnn/shell';
import { defineCommand, type PixelrnnContext } from '../define-command.ts';
import { imagesInWords } from '../images-in-words.ts';
import { openRunOf, type RunFlags, withRunFlags } from '../open-run.ts';
import { refuseStdout } from '../output.ts';
import { pngOf } from '../png-levels.ts';
import { pngNames, sameFile } from '../png-names.ts';
import { parseRanges, placesOf } from '../ranges.ts';

interface DecompressFlags extends RunFlags {
  readonly out: string;
  readonly run?: string;
  readonly only?: string;
}

/** `pixelrnn decompress`: the images of an archive as PNG files. */
export const decompressCommand = defineCommand<DecompressFlags>({
  threads: true,
  arguments: '<archive>',
  examples: [
    'decompress digits.pxr --out digits',
    'decompress digits.pxr --only 7,100-120 --out some',
    'decompress holiday.pxr --run runs/photos --out holiday',
  ],
  flags: (command) =>
    withRunFlags(command)
      .option('--out <folder>', 'where to write the PNG files; a new or empty folder', 'images')
      .option('--only <indices>', 'these of its images alone, from 0: 7, 0-7, or 3,5,8 (default: all)')
      .option('--run <run>', 'the run that compressed it (default: whichever pretrained preset did)'),
  async run(context, flags, path) {
    const { out } = flags;
    refuseStdout('--out', out, 'a folder, since an archive becomes files');
    await checkFolder(out);
    const { archive, names } = await readArchiveFile(path);
    const only = flags.only === undefined ? [...names.keys()] : placesIn(flags.only, names.length, path);
    await context.backend('cpu');
    const began = performance.now();
    const files: string[] = [];
    const onProgress = (done: number, total: number) =>
      context.progress.update({ done, total, text: `${done} of ${total} pixels` });
    const decode = async (workers?: Worker[]) => {
      const options = { onProgress, workers, only };
      for await (const image of decoded(archive, () => trainedFor(context, flags, archive), options)) {
        const file = join(out, names[only[files.length]]);
        await writeFileAtomic(
          file,
          pngOf(image.levels, { ...image, channels: archive.channels, levels: archive.levels }),
        );
        files.push(file);
      }
    };
    await naming(path, () => withWorkers(flags.threads ?? 1, decode));
    const seconds = (performance.now() - began) / 1000;
    return {
      result: { out, images: files.length, seconds, files },
      text: `${imagesInWords(files.length)} in ${duration(seconds)}: ${out}`,
    };
  },
});

/** An archive, and the files that its images become. */
const readArchiveFile = (path: string): Promise<{ archive: Archive; names: readonly string[] }> =>
  naming(path, async () => {
    const bytes = await readFile(path).catch((error: unknown) => {
      throw fileError('read', path, error);
    });
    const archive = readArchive(bytes);
    if (archive.levels > 256) throw new CodecError(`wanted at most 256 levels for PNG files, got ${archive.levels}`);
    const names = pngNames(archive.images);
    const same = sameFile(names);
    if (same)
      throw new CodecError(
        `wanted images that become files of different names, got ${names[same[0]]} of image ${same[0]} and ${names[same[1]]} of image ${same[1]}`,
      );
    return { archive, names };
  });

/** The places that `--only` names, in the order of the archive. */
function placesIn(text: string, size: number, path: string): number[] {
  const ranges = parseRanges('--only', text);
  if (!ranges) throw new UsageError(`--only: wanted indices as in 7, 0-7 or 3,5,8, got "${text}"`);
  return [...new Set(placesOf('--only', ranges, size, path))].sort((a, b) => a - b);
}

/** Errors of an archive, with its name before them. */
async function naming<T>(path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw error instanceof CodecError ? new CodecError(`${path}: ${error.message}`, { cause: error }) : error;
  }
}

/** The run that is named, or the pretrained one that the archive was made with: weights are loaded of models that are the archive's alone. */
async function trainedFor(context: PixelrnnContext, flags: DecompressFlags, { made }: Archive): Promise<Trained> {
  if (flags.run !== undefined) return openRunOf(context, flags, flags.run);
  for (const name of PRETRAINED) {
    const folder = pretrainedRun(name);
    const config = await readRunConfig(folder);
    if (!config || modelFingerprint(modelOf(config.recipe, name)) !== made.model) continue;
    const run = await openRun(folder, { checkpoint: flags.checkpoint, onWarning: context.note });
    if (fingerprint(run).weights === made.weights) return run;
  }
  throw new CodecError('wanted --run, the run that compressed it, since no pretrained preset did');
}
