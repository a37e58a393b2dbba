import { resolve } from 'node:path';
import { ClusterError, share, together } from '@pixelrnn/cluster';
import { type CompressOptions, compress, type LevelImage } from '@pixelrnn/codec';
import type { ImageSpec } from '@pixelrnn/core';
import { SPLITS } from '@pixelrnn/data';
import { duration, ExperimentError, sheet, withWorkers } from '@pixelrnn/experiment';
import { messageOf, sha256, writeFileAtomic } from '@pixelrnn/files';
import { isPretrained } from '@pixelrnn/pretrained';
import { choice, naturalNumber, positiveInteger, UsageError } from '@pixelrnn/shell';
import { agreeOnWeights } from '../agree-on-weights.ts';
import { withDataFlags } from '../data-flags.ts';
import { defineCommand } from '../define-command.ts';
import { imagesInWords } from '../images-in-words.ts';
import {
  checkImagesFlags,
  type ImagesFlags,
  imagesOfFiles,
  imagesOfSplit,
  isOfImages,
  pngFilesOf,
} from '../images-to-compress.ts';
import { openRunOf, type RunFlags, withRunFlags } from '../open-run.ts';
import { checkOut, deliver, refuseStdout } from '../output.ts';

interface CompressFlags extends RunFlags, ImagesFlags {
  readonly out: string;
  readonly block?: number;
  readonly rows?: number;
  readonly map?: string;
}

/** `pixelrnn compress`: images as one archive, without loss. */
export const compressCommand = defineCommand<CompressFlags>({
  threads: true,
  shares: true,
  arguments: '<run> [files...]',
  examples: [
    'compress photo.png',
    'compress mnist-diagonal-bilstm digit.png --out digit.pxr',
    'compress holiday/ --out holiday.pxr',
    'compress runs/photos a.png b.png --out photos.pxr',
    'compress mnist-diagonal-bilstm --split test --limit 500 --out digits.pxr',
    'compress runs/photos photo.png --map bits.png',
    'compress holiday.png --threads 4',
  ],
  flags: (command) =>
    withDataFlags(withRunFlags(command))
      .option('--out <file.pxr>', 'where to write the archive; - is stdout', 'images.pxr')
      .option(
        '--split <name>',
        `images of the data instead of PNG files or folders: ${SPLITS.join(', ')}`,
        choice(SPLITS),
      )
      .option('--limit <n>', 'only so many images, evenly over the split', positiveInteger)
      .option('--class <n>', 'class of the files, for a model of classes', naturalNumber)
      .option('--block <n>', 'images of one size that share a stream: more of them are smaller', positiveInteger)
      .option('--rows <n>', 'rows of the strips that images are cut into: fewer are faster and larger', positiveInteger)
      .option('--map <file.png>', 'write how many bits each pixel takes: black none, white the most'),
  async run(context, flags, ...args) {
    const { out, map, threads = 1 } = flags;
    const { cluster } = context;
    const { run, images, pngBytes } = await together(cluster, async () => {
      const [folder, ...paths] = await withRun(args, context.note);
      checkImagesFlags(paths, flags);
      checkMapFlag(flags);
      const files = await pngFilesOf(paths, context.note);
      for (const target of [out, map]) if (target !== undefined) await checkOut(context, target, flags, files);
      await context.backend('cpu');
      const run = await openRunOf(context, flags, folder);
      const read = flags.split
        ? await imagesOfSplit(run, flags.split, flags.limit)
        : await imagesOfFiles(run, files, flags.class);
      if (read.note) context.note(read.note);
      if (map !== undefined) checkMap(read.images);
      return { run, ...read };
    });
    const { block, rows } = flags;
    agreeOnWeights(cluster, run, () => ({ images: digest(images), options: JSON.stringify({ block, rows, threads }) }));
    const began = performance.now();
    const options: CompressOptions = {
      block,
      rows,
      maps: map !== undefined,
      share: { ...cluster, gather: async (codeOwn) => (await share(cluster, codeOwn)).flat() },
      onProgress: (done, total) => context.progress.update({ done, total, text: `${done} of ${total} pixels` }),
    };
    const compressed = await withWorkers(threads, (workers) =>
      alike(() => compress(run.model, run.weights, images, { ...options, workers })),
    );
    if (cluster.rank > 0) return undefined;
    const seconds = (performance.now() - began) / 1000;
    const drawn = compressed.maps && drawMaps(compressed.maps, images);
    const { length: bytes } = compressed.bytes;
    const bitsPerDim = (8 * bytes) / images.reduce((sum, { levels }) => sum + levels.length, 0);
    const ofMap = drawn && { map, mapScale: drawn.most };
    const outcome = await deliver(context, out, compressed.bytes, {
      result: { out, images: images.length, bytes, pngBytes, bitsPerDim, seconds, ...ofMap },
      text:
        `${imagesInWords(images.length)} in ${duration(seconds)}, ${bytes} bytes, ${bitsPerDim.toFixed(3)} bits/dim ` +
        `(as PNG ${pngBytes} bytes): ${out}` +
        (drawn ? `\nwhite is ${drawn.most.toFixed(1)} bits: ${map}` : ''),
    });
    if (drawn) await writeFileAtomic(map!, drawn.png); // after the archive, which took the time
    return outcome;
  },
});

/** What photographs are compressed with where no run is named. */
const PHOTOGRAPHS = 'natural-gated-pixel-cnn';

/** The run and the files: PNG files in the place of the run are the first of the files. */
async function withRun(args: readonly string[], note: (line: string) => void): Promise<readonly string[]> {
  if (isPretrained(args[0]) || !(await isOfImages(args[0]))) return args;
  note(`compressing with ${PHOTOGRAPHS}, since the first argument is no run but images`);
  return [PHOTOGRAPHS, ...args];
}

/** @throws UsageError if the map has no place of its own */
function checkMapFlag({ out, map }: CompressFlags): void {
  if (map === undefined) return;
  refuseStdout('--map', map, 'a file, since stdout is for the archive');
  if (resolve(map) === resolve(out)) throw new UsageError(`--map: wanted another file than that of --out, got ${map}`);
}

/** What tells images from others. */
function digest(images: readonly LevelImage[]): string {
  const all = images.map(({ levels, label, name }) => [
    sha256(new Uint8Array(Uint16Array.from(levels).buffer)),
    label,
    name,
  ]);
  return `${images.length} of SHA-256 ${sha256(JSON.stringify(all))}`;
}

/** What fails on all ranks alike, or is told to all (`share`), as what all of them know. */
async function alike<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ClusterError ? error : new ExperimentError(messageOf(error), { cause: error });
  }
}

/** @throws UsageError unless the images fit on one sheet */
function checkMap(images: readonly LevelImage[]): void {
  const [{ height, width }] = images;
  if (!images.every((image) => image.height === height && image.width === width))
    throw new UsageError('--map: wanted images of one size, got several');
}

/** Draws the bits of every pixel, as a PNG whose white are `most` bits. */
function drawMaps(
  maps: readonly Float32Array[],
  [{ height, width }]: readonly LevelImage[],
): { readonly png: Uint8Array; readonly most: number } {
  const most = maps.reduce((most, map) => map.reduce((a, b) => Math.max(a, b), most), 0);
  const spec: ImageSpec = { height, width, channels: 1, levels: 256 };
  const greys = new Float32Array(maps.length * height * width);
  for (const [i, map] of maps.entries())
    greys.set(
      map.map((bits) => (255 * bits) / most),
      i * height * width,
    );
  return { png: sheet(greys, spec), most };
}
