import { duration, type Run, sheet } from '@pixelrnn/experiment';
import { interpolate, SAMPLE_DEFAULTS } from '@pixelrnn/generate';
import { naturalNumber, positiveInteger, positiveNumber, repeatable, UsageError } from '@pixelrnn/shell';
import { checkCount } from '../check-count.ts';
import { type DataFlags, withDataFlags } from '../data-flags.ts';
import { defineCommand } from '../define-command.ts';
import { imagesInWords } from '../images-in-words.ts';
import { labelsOf } from '../labels.ts';
import { openRunOf, type RunFlags, withRunFlags } from '../open-run.ts';
import { checkImageSource, fileOriginal, parseSplitImages, splitOriginals } from '../originals.ts';
import { checkOut, deliver } from '../output.ts';

interface InterpolateFlags extends RunFlags, DataFlags {
  readonly image?: readonly string[];
  readonly split?: string;
  readonly count: number;
  readonly out: string;
  readonly class?: number;
  readonly temperature: number;
}

/** `pixelrnn interpolate`: draws images between the codes of two, with the same random numbers. */
export const interpolateCommand = defineCommand<InterpolateFlags>({
  computes: true,
  draws: true,
  arguments: '<run>',
  examples: [
    'interpolate runs/vae --split test:7,12',
    'interpolate runs/vae --image one.png --image two.png --count 16',
  ],
  flags: (command) =>
    withDataFlags(withRunFlags(command))
      .option('--split <images>', 'two images of the data: test:7,12')
      .option('--image <file>', 'a PNG or JPEG of the size of the model instead; given twice', repeatable)
      .option('--count <n>', 'images from the one to the other', positiveInteger, 8)
      .option('--out <file.png>', 'where to write them; - is stdout', 'interpolation.png')
      .option('--class <n>', 'class of the images, for a model of classes', naturalNumber)
      .option('--temperature <t>', 'below 1 sharper, above 1 flatter', positiveNumber, SAMPLE_DEFAULTS.temperature),
  async run(context, flags, folder) {
    const { count, out, temperature } = flags;
    const { seed } = context;
    await checkOut(context, out, flags, flags.image);
    if (count < 2) throw new UsageError(`--count: wanted at least 2 images, the ends of the line, got ${count}`);
    await context.backend('cpu');
    const run = await openRunOf(context, flags, folder);
    const { model } = run;
    if (!model.encode) throw new UsageError(`interpolate: wanted a model with codes of images, got ${model.name}`);
    checkCount(count, model.image);
    const images = await twoImages(run, flags);
    const began = performance.now();
    const samples = await interpolate(model, run.weights, {
      images,
      count,
      seed,
      temperature,
      context: { labels: labelsOf(model, { count }, flags.class) },
      onProgress: (done, total) => context.progress.update({ done, total, text: `${done} of ${total} pixels` }),
    });
    const seconds = (performance.now() - began) / 1000;
    return deliver(context, out, sheet(samples.images, model.image, { columns: count }), {
      result: { out, count, seed, seconds },
      text: `${imagesInWords(count)} in ${duration(seconds)}, seed ${seed}: ${out}`,
    });
  },
});

async function twoImages(run: Run, flags: InterpolateFlags): Promise<Float32Array> {
  checkImageSource('interpolate', flags);
  const { image, split } = flags;
  const found = image
    ? await Promise.all(image.map((file) => fileOriginal(file, run.model.image)))
    : [await splitOriginals(run, parseSplitImages(split!))];
  const count = found.reduce((sum, each) => sum + each.count, 0);
  if (count !== 2) throw new UsageError(`interpolate: wanted two images, got ${count}`);
  return Float32Array.from(found.flatMap(({ images }) => [...images]));
}
