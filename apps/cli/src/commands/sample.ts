import { together } from '@pixelrnn/cluster';
import type { GenerativeModel } from '@pixelrnn/core';
import { duration, type Run, withWorkers } from '@pixelrnn/experiment';
import { noiseOf, SAMPLE_DEFAULTS, type SampleOptions, type Samples, sample, sampleNaive } from '@pixelrnn/generate';
import { choice, naturalNumber, positiveInteger, positiveNumber, repeatable, UsageError } from '@pixelrnn/shell';
import { conditionalsOf } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { agreeOnWeights } from '../agree-on-weights.ts';
import { checkCount } from '../check-count.ts';
import { checkDrawsAlone } from '../check-draws-alone.ts';
import { defineCommand } from '../define-command.ts';
import { drawTogether } from '../draw-together.ts';
import { imagesInWords } from '../images-in-words.ts';
import { labelsFor } from '../labels.ts';
import { natsOf } from '../nats-of.ts';
import { openRunOf, type RunFlags, withRunFlags } from '../open-run.ts';
import { checkOut, deliver } from '../output.ts';
import {
  checkSampleFolder,
  SAMPLE_FORMATS,
  SAMPLE_OUT,
  type SampleFormat,
  sampleFile,
  writeSampleFiles,
} from '../sample-formats.ts';

interface SampleFlags extends RunFlags {
  readonly count: number;
  readonly out?: string;
  readonly format: SampleFormat;
  readonly class?: number;
  readonly temperature: number;
  readonly vary?: readonly string[];
  readonly naive?: boolean;
}

/** `pixelrnn sample`: draws images from a run. */
export const sampleCommand = defineCommand<SampleFlags>({
  computes: true,
  draws: true,
  shares: true,
  arguments: '<run>',
  examples: [
    'sample mnist-diagonal-bilstm',
    'sample runs/row --count 64 --out samples.png',
    'sample runs/gated --class 3 --seed 7',
    'sample runs/row --count 1000 --threads 4 --format npy --out samples.npy',
    'sample runs/vae --vary latents',
  ],
  flags: (command) =>
    withRunFlags(command)
      .option('--count <n>', 'number of images', positiveInteger, 16)
      .option(
        '--format <name>',
        'one PNG of all (sheet), a PNG for each (files), levels for NumPy (npy)',
        choice(SAMPLE_FORMATS),
        'sheet',
      )
      .option('--out <path>', 'where to write them; - is stdout (default: samples.png, samples, samples.npy)')
      .option('--class <n>', 'class of all images (default: all classes in turn)', naturalNumber)
      .option('--temperature <t>', 'below 1 sharper, above 1 flatter', positiveNumber, SAMPLE_DEFAULTS.temperature)
      .option(
        '--vary <name>',
        'what differs between the images: pixels, or what the model draws before them (latents, …); all else is alike; may be repeated',
        repeatable,
      )
      .option('--naive', 'without caches: a pass of the whole network for each sub-pixel, to compare with'),
  async run(context, flags, folder) {
    const { count, format, naive = false, temperature, vary } = flags;
    const { out = SAMPLE_OUT[format] } = flags;
    const { seed, cluster } = context;
    const { backend, run } = await together(cluster, async () => {
      if (format === 'files') await checkSampleFolder(out);
      else await checkOut(context, out, flags);
      const { backend } = await context.backend(naive ? undefined : 'cpu');
      const run = await openRunOf(context, flags, folder);
      checkDrawsAlone('sample', folder, run);
      checkCount(count, run.model.image);
      checkVary(run.model, flags);
      return { backend, run };
    });
    const drawing = { count, seed, temperature, vary, class: flags.class, naive };
    agreeOnWeights(cluster, run, () => ({ options: JSON.stringify(drawing) }));
    const labels = labelsFor(run.model, count, flags.class);
    const onProgress = (done: number, total: number) =>
      context.progress.update({ done, total, text: `${done} of ${total} pixels` });
    const began = performance.now();
    const options = { count, seed, temperature, vary, context: { labels }, onProgress };
    const samples = await drawTogether(cluster, options, (part) => draw(run, part, flags));
    if (cluster.rank > 0) return undefined;
    const seconds = (performance.now() - began) / 1000;
    const outcome = {
      result: { out, format, count, seed, naive, seconds, ...natsOf(samples), ...(naive && { backend }) },
      text: `${imagesInWords(count)} in ${duration(seconds)}, seed ${seed}: ${out}`,
    };
    if (format !== 'files') return deliver(context, out, sampleFile(samples, format), outcome);
    const files = await writeSampleFiles(out, samples);
    return { ...outcome, result: { ...outcome.result, files } };
  },
});

function checkVary(model: GenerativeModel, { vary = [], naive }: SampleFlags): void {
  const names = noiseOf(model);
  const unknown = vary.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`--vary: ${model.name} draws ${names.join(', ')}, got ${unknown}`);
  if (vary.length > 0 && naive) throw new UsageError('--vary: wanted no --naive with it, which varies all');
}

async function draw(run: Run, options: SampleOptions, { naive, threads = 1 }: SampleFlags): Promise<Samples> {
  const { model, weights } = run;
  if (!naive)
    return withWorkers(Math.min(threads, options.count), (workers) => sample(model, weights, { ...options, workers }));
  const params = run.params();
  try {
    return await sampleNaive(model, conditionalsOf(model, params), { ...options, weights });
  } finally {
    tf.dispose(params as tf.TensorContainer);
  }
}
