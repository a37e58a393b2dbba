import type { ImageSpec } from '@pixelrnn/core';
import { DataError, parseDegradation, valuesOf } from '@pixelrnn/data';
import { type Run, restorationSheet, restoreImages } from '@pixelrnn/experiment';
import { SAMPLE_DEFAULTS } from '@pixelrnn/generate';
import { naturalNumber, positiveInteger, positiveNumber, UsageError } from '@pixelrnn/shell';
import { checkCount } from '../check-count.ts';
import { type DataFlags, withDataFlags } from '../data-flags.ts';
import { defineCommand } from '../define-command.ts';
import { imagesInWords } from '../images-in-words.ts';
import { labelsOf } from '../labels.ts';
import { natsOf } from '../nats-of.ts';
import { openRunOf, type RunFlags, withRunFlags } from '../open-run.ts';
import { checkImageSource, fileOriginal, parseSplitImages, splitOriginals } from '../originals.ts';
import { checkOut, deliver } from '../output.ts';
import { psnrInWords } from '../psnr-in-words.ts';

interface RestoreFlags extends RunFlags, DataFlags {
  readonly image?: string;
  readonly split?: string;
  readonly count: number;
  readonly out: string;
  readonly class?: number;
  readonly temperature: number;
}

/** `pixelrnn restore`: draws what degraded images may have been, from a run that was trained with `--restore`. */
export const restoreCommand = defineCommand<RestoreFlags>({
  computes: true,
  draws: true,
  arguments: '<run>',
  examples: [
    'restore runs/sharp --image blurred.png --count 4 --out sheet.png',
    'restore runs/sharp --split test:0-7 --count 4',
  ],
  flags: (command) =>
    withDataFlags(withRunFlags(command))
      .option('--image <file>', 'the degraded image: a PNG or JPEG')
      .option('--split <images>', 'images of the data, which are degraded first: test:7, test:0-7, valid:3,5')
      .option('--count <n>', 'draws for each image', positiveInteger, 4)
      .option('--out <file.png>', 'where to write them; - is stdout', 'restored.png')
      .option('--class <n>', 'class of the images (default: their own)', naturalNumber)
      .option('--temperature <t>', 'below 1 sharper, above 1 flatter', positiveNumber, SAMPLE_DEFAULTS.temperature),
  async run(context, flags, folder) {
    const { count, out, temperature } = flags;
    const { seed } = context;
    await checkOut(context, out, flags, [flags.image]);
    await context.backend('cpu');
    const run = await openRunOf(context, flags, folder);
    const { model } = run;
    const { restore } = run.config.recipe;
    if (restore === undefined) throw new UsageError(`restore: wanted a run of train --restore, got ${folder}`);
    const given = await readDegraded(run, restore, flags);
    checkCount(given.count * count, model.image);
    const restored = await restoreImages(model, run.weights, {
      ...given,
      restore,
      labels: labelsOf(model, given, flags.class),
      count,
      seed,
      temperature,
      onProgress: (done, total) => context.progress.update({ done, total, text: `${done} of ${total} pixels` }),
    });
    const { psnr } = restored;
    const text = `${imagesInWords(given.count)}, each restored ${count} times, seed ${seed}: ${out}`;
    return deliver(context, out, restorationSheet(restored, model.image, given.originals), {
      result: {
        out,
        images: given.count,
        count,
        restore,
        seed,
        ...natsOf(restored),
        ...(psnr && { psnr: { ...psnr } }),
      },
      text: psnr ? `${text}\n${psnrInWords(psnr)}` : text,
    });
  },
});

/** What is seen of images, and what they were where that is known. */
interface Given {
  readonly maps: Float32Array;
  readonly originals?: Float32Array;
  readonly labels?: Int32Array;
  readonly count: number;
}

async function readDegraded(run: Run, restore: string, flags: RestoreFlags): Promise<Given> {
  checkImageSource('restore', flags);
  const { image, split } = flags;
  if (image !== undefined) return { maps: await mapOfFile(image, restore, run.model.image), count: 1 };
  const { images: originals, map: maps, labels, count } = await splitOriginals(run, parseSplitImages(split!));
  return { originals, maps: maps!, labels, count };
}

/** Reads a degraded image, which has the model's size, or is as much smaller as its boxes are large. */
async function mapOfFile(path: string, restore: string, image: ImageSpec): Promise<Float32Array> {
  const { factor, map } = parseDegradation(restore);
  const bytes = { ...image, levels: 256 };
  const small = { ...bytes, height: image.height / factor, width: image.width / factor };
  const whole = await fileOriginal(path, bytes).catch((error: unknown) => {
    if (factor === 1 || !(error instanceof DataError)) throw error;
    return undefined;
  });
  if (whole) return map(valuesOf(whole.images, bytes), image);
  const { images } = await fileOriginal(path, small);
  return map(repeatedPixels(valuesOf(images, bytes), small, factor), image);
}

/** Every pixel becomes factor × factor. */
function repeatedPixels(values: Float32Array, { height, width, channels }: ImageSpec, factor: number): Float32Array {
  return Float32Array.from({ length: height * width * channels * factor * factor }, (_, i) => {
    const pixel = Math.floor(i / channels);
    const row = Math.floor(pixel / (width * factor) / factor);
    const column = Math.floor((pixel % (width * factor)) / factor);
    return values[(row * width + column) * channels + (i % channels)];
  });
}
