import { basename } from 'node:path';
import { completionSheet, keepCompletions, type Run, withWorkers } from '@pixelrnn/experiment';
import { messageOf } from '@pixelrnn/files';
import { type Completions, complete, SAMPLE_DEFAULTS, type Samples, sample } from '@pixelrnn/generate';
import { naturalNumber, positiveInteger, positiveNumber, UsageError } from '@pixelrnn/shell';
import { checkCount } from '../check-count.ts';
import { checkDrawsAlone } from '../check-draws-alone.ts';
import { type DataFlags, withDataFlags } from '../data-flags.ts';
import { defineCommand, type PixelrnnContext } from '../define-command.ts';
import { imagesInWords } from '../images-in-words.ts';
import { KNOWN_FORMS, knownMask, maskFile } from '../known.ts';
import { labelsOf } from '../labels.ts';
import { natsOf } from '../nats-of.ts';
import { openRunOf, type RunFlags, withRunFlags } from '../open-run.ts';
import {
  checkImageSource,
  fileOriginal,
  type Originals,
  parseSplitImages,
  repeated,
  splitOriginals,
} from '../originals.ts';
import { checkOut, deliver } from '../output.ts';

interface CompleteFlags extends RunFlags, DataFlags {
  readonly image?: string;
  readonly split?: string;
  readonly known: string;
  readonly count: number;
  readonly particles?: number;
  readonly out: string;
  readonly class?: number;
  readonly temperature: number;
}

/** `pixelrnn complete`: keeps a part of images and draws the rest, several times. The run's report shows it too. */
export const completeCommand = defineCommand<CompleteFlags>({
  computes: true,
  draws: true,
  arguments: '<run>',
  examples: [
    'complete runs/row --split test:0-7 --known rows:14 --out completions.png',
    'complete runs/row --image digit.png --known rows:10 --count 4',
    'complete runs/orders --split test:0-7 --known left:14',
    'complete runs/row --split test:0-7 --known mask:known.png --particles 200',
  ],
  flags: (command) =>
    withDataFlags(withRunFlags(command))
      .option('--image <file>', 'the image: a PNG or JPEG of the size of the model')
      .option('--split <images>', 'images of the data: test:7, test:0-7, valid:3,5')
      .requiredOption('--known <part>', `what is known: ${KNOWN_FORMS}`)
      .option('--count <n>', 'completions of each image', positiveInteger, 8)
      .option(
        '--particles <k>',
        'draw k candidates for each completion, on one thread, and keep those that explain what is known',
        positiveInteger,
      )
      .option('--out <file.png>', 'where to write them; - is stdout', 'completions.png')
      .option('--class <n>', 'class of the images (default: their own)', naturalNumber)
      .option('--temperature <t>', 'below 1 sharper, above 1 flatter', positiveNumber, SAMPLE_DEFAULTS.temperature),
  async run(context, flags, folder) {
    const { count, out } = flags;
    const { seed } = context;
    await checkOut(context, out, flags, [flags.image, maskFile(flags.known)]);
    if (flags.particles !== undefined && flags.threads !== undefined)
      throw new UsageError('--particles: wanted no --threads with it, since candidates are drawn on one thread');
    await context.backend('cpu');
    const run = await openRunOf(context, flags, folder);
    checkDrawsAlone('complete', folder, run);
    const { model } = run;
    const mask = await knownMask(flags.known, model.image);
    const originals = await readOriginals(run, flags);
    checkCount(originals.count * count * (flags.particles ?? 1), model.image);
    const drawn = await completions(context, run, flags, originals, mask);
    const { images, isExact, effective } = drawn;
    if (!isExact) context.note(noteOf(model.name, drawn, mask, count));
    const known = (row: number, column: number) => mask[row * model.image.width + column] === 1;
    const png = completionSheet({ originals: originals.images, completions: images, known }, model.image);
    const caption = `${flags.split ?? basename(flags.image!)}, ${flags.known}`;
    const isOwn = run.folder === folder; // not a pretrained preset's
    const kept =
      isOwn &&
      (await keepCompletions(folder, { step: run.state.step, caption, png }).catch((error) =>
        context.note(`the run does not keep the completions: ${messageOf(error)}`),
      ));
    return deliver(context, out, png, {
      result: {
        out,
        ...(kept && { kept }),
        images: originals.count,
        count,
        knownPixels: mask.filter(Boolean).length,
        isExact,
        ...(effective && { particles: flags.particles, effectiveSampleSize: [...effective] }),
        seed,
        ...natsOf(drawn),
      },
      text: `${imagesInWords(originals.count)}, each completed ${count} times, seed ${seed}: ${out}`,
    });
  },
});

/** Draws `count` completions of each image; by their weights where particles are wanted. */
async function completions(
  { seed, progress }: PixelrnnContext,
  { model, weights }: Run,
  { count, temperature, particles, threads = 1, ...flags }: CompleteFlags,
  originals: Originals,
  mask: Uint8Array,
): Promise<Samples & Partial<Completions>> {
  const given = particles === undefined ? repeated(originals, count) : originals;
  const options = {
    count: given.count,
    seed,
    temperature,
    context: { labels: labelsOf(model, given, flags.class) },
    known: { images: given.images, mask },
    onProgress: (done: number, total: number) => progress.update({ done, total, text: `${done} of ${total} pixels` }),
  };
  if (particles !== undefined) return complete(model, weights, { ...options, completions: count, particles });
  return withWorkers(Math.min(threads, given.count), (workers) => sample(model, weights, { ...options, workers }));
}

/** What completions are, if no draws from p(image | known pixels). */
function noteOf(
  model: string,
  { natsGiven, effective }: Samples & Partial<Completions>,
  mask: Uint8Array,
  count: number,
): string {
  if (!effective) {
    const isFirst = mask.lastIndexOf(1) < mask.indexOf(0); // known pixels come before all others
    const latents = natsGiven.filter((name) => name !== 'order'); // which is chosen for what is known
    const before = [...latents, ...(isFirst && latents.length > 0 ? [] : ['pixels that come before known ones'])];
    return `note: ${model} draws ${before.join(' and ')} without regard to what is known: these are no draws from p(image | known pixels); --particles 100 weighs them`;
  }
  const least = effective.reduce((a, b) => Math.min(a, b));
  const few = least < count ? ', fewer than the completions, which repeat each other: more are needed' : '';
  return `note: weighed by the known pixels, the candidates of an image are worth ${least.toFixed(1)} draws from p(image | known pixels) or more${few}`;
}

async function readOriginals(run: Run, flags: CompleteFlags): Promise<Originals> {
  checkImageSource('complete', flags);
  const { image, split } = flags;
  return image !== undefined ? fileOriginal(image, run.model.image) : splitOriginals(run, parseSplitImages(split!));
}
