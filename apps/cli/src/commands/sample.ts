import { duration, type Run, sheet } from '@pixelrnn/experiment';
import { writeFileAtomic } from '@pixelrnn/files';
import { SAMPLE_DEFAULTS, type SampleOptions, type Samples, sample, sampleNaive } from '@pixelrnn/generate';
import { naturalNumber, positiveInteger, positiveNumber } from '@pixelrnn/shell';
import * as tf from '@tensorflow/tfjs-core';
import { conditionalsOf } from '../conditionals.ts';
import { defineCommand } from '../define-command.ts';
import { labelsFor } from '../labels.ts';
import { openRunOf, type RunFlags, withRunFlags } from '../open-run.ts';

interface SampleFlags extends RunFlags {
  readonly count: number;
  readonly out: string;
  readonly class?: number;
  readonly temperature: number;
  readonly naive?: boolean;
}

/** `pixelrnn sample`: draws images from a run. */
export const sampleCommand = defineCommand<SampleFlags>({
  arguments: '<run>',
  examples: [
    'sample mnist-diagonal-bilstm',
    'sample runs/row --count 64 --out samples.png',
    'sample runs/gated --class 3 --seed 7',
  ],
  flags: (command) =>
    withRunFlags(command)
      .option('--count <n>', 'number of images', positiveInteger, 16)
      .option('--out <file.png>', 'where to write them', 'samples.png')
      .option('--class <n>', 'class of all images (default: all classes in turn)', naturalNumber)
      .option('--temperature <t>', 'below 1 sharper, above 1 flatter', positiveNumber, SAMPLE_DEFAULTS.temperature)
      .option('--naive', 'without caches: a pass of the whole network for each sub-pixel, to compare with'),
  async run(context, flags, folder) {
    const { count, out, naive = false, temperature, seed = 0 } = flags;
    const { backend } = await context.backend(naive ? undefined : 'cpu');
    const run = await openRunOf(context, flags, folder);
    const labels = labelsFor(run.model, count, flags.class);
    const onProgress = (done: number, total: number) =>
      context.progress.update({ done, total, text: `${done} of ${total} pixels` });
    const began = performance.now();
    const samples = await draw(run, { count, seed, temperature, context: { labels }, onProgress }, naive);
    const seconds = (performance.now() - began) / 1000;
    await writeFileAtomic(out, sheet(samples.images, run.model.image));
    return {
      result: { out, count, seed, naive, seconds, nats: [...samples.nats], ...(naive && { backend }) },
      text: `${count} images in ${duration(seconds)}: ${out}`,
    };
  },
});

async function draw(run: Run, options: SampleOptions, naive: boolean): Promise<Samples> {
  if (!naive) return sample(run.model, run.weights, options);
  const params = run.params();
  try {
    return await sampleNaive(run.model, conditionalsOf(run.model, params, options.context), options);
  } finally {
    tf.dispose(params as tf.TensorContainer);
  }
}
