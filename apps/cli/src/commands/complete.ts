import { basename } from 'node:path';
import { messageOf } from '@pixelrnn/data';
import { completionSheet, keepCompletions, type Run, withSamplingWorkers } from '@pixelrnn/experiment';
import { SAMPLE_DEFAULTS, sample } from '@pixelrnn/generate';
import { naturalNumber, positiveInteger, positiveNumber } from '@pixelrnn/shell';
import { checkCount } from '../check-count.ts';
import { type DataFlags, withDataFlags } from '../data-flags.ts';
import { defineCommand } from '../define-command.ts';
import { KNOWN_FORMS, knownMask } from '../known.ts';
import { labelsFor } from '../labels.ts';
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
  ],
  flags: (command) =>
    withDataFlags(withRunFlags(command))
      .option('--image <file>', 'the image: a PNG or JPEG of the size of the model')
      .option('--split <images>', 'images of the data: test:7, test:0-7, valid:3,5')
      .requiredOption('--known <part>', `what is known: ${KNOWN_FORMS}`)
      .option('--count <n>', 'completions of each image', positiveInteger, 8)
      .option('--out <file.png>', 'where to write them; - is stdout', 'completions.png')
      .option('--class <n>', 'class of the images (default: their own)', naturalNumber)
      .option('--temperature <t>', 'below 1 sharper, above 1 flatter', positiveNumber, SAMPLE_DEFAULTS.temperature),
  async run(context, flags, folder) {
    const { count, out, temperature } = flags;
    const { seed } = context;
    checkOut(out, flags);
    await context.backend('cpu');
    const run = await openRunOf(context, flags, folder);
    const { model } = run;
    const mask = knownMask(flags.known, model.image);
    const originals = await readOriginals(run, flags);
    checkCount(originals.count * count, model.image);
    const given = repeated(originals, count);
    const labels = flags.class === undefined && model.conditions.classes !== undefined ? given.labels : undefined;
    const threads = Math.min(flags.threads ?? 1, given.count);
    const { images, nats, isExact } = await withSamplingWorkers(threads, (workers) =>
      sample(model, run.weights, {
        count: given.count,
        seed,
        temperature,
        workers,
        context: { labels: labels ?? labelsFor(model, given.count, flags.class) },
        known: { images: given.images, mask },
        onProgress: (done, total) => context.progress.update({ done, total, text: `${done} of ${total} pixels` }),
      }),
    );
    if (!isExact)
      context.note(
        `note: ${model.name} draws pixels that come before known ones without regard to them: these are no draws from p(image | known pixels)`,
      );
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
        seed,
        nats: [...nats],
      },
      text: `${originals.count} images, each completed ${count} times, seed ${seed}: ${out}`,
    });
  },
});

async function readOriginals(run: Run, flags: CompleteFlags): Promise<Originals> {
  checkImageSource('complete', flags);
  const { image, split } = flags;
  return image !== undefined ? fileOriginal(image, run.model.image) : splitOriginals(run, parseSplitImages(split!));
}
