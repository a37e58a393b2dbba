import { dimensions, type GenerativeModel, type Params, rng, toHost } from '@pixelrnn/core';
import { startWorkers } from '@pixelrnn/experiment';
import { type SampleOptions, sample, sampleNaive } from '@pixelrnn/generate';
import { conditionalsOf, natsPerImage } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { benchModel } from './models.ts';
import type { Prepared, Probe, Task, TaskContext } from './task.ts';
import { SEED } from './train-task.ts';

/** Passes of a naive run: each costs the same, so a few stand for all. */
const NAIVE_PASSES = 6;

/**
 * A batch of whole images: cached sampling, on typed arrays whatever the backend, and beside it one likelihood pass of the images on the backend, on as many threads;
 * or naive sampling, a full forward pass of the network for each sub-pixel. A naive run draws only the last few sub-pixels, and its time
 * is scaled to the whole image.
 */
export async function prepareSampling(
  task: Extract<Task, { kind: 'sample' }>,
  { threads = 1 }: TaskContext,
): Promise<Prepared> {
  const model = benchModel(task.model);
  const params: Params = model.init(rng(SEED));
  const labels = model.conditions.classes ? new Int32Array(task.batch) : undefined;
  const options = { count: task.batch, seed: SEED, batch: task.batch, context: { labels } };
  const workers = task.naive || threads === 1 ? [] : startWorkers(threads);
  return {
    ...(!task.naive && { backend: 'kernels' }),
    probes: task.naive
      ? { images: naive(model, params, options) }
      : await cached(model, params, workers.length > 0 ? { ...options, workers } : options),
    dispose() {
      tf.dispose(params as tf.TensorContainer);
      for (const worker of workers) void worker.terminate();
    },
  };
}

async function cached(model: GenerativeModel, params: Params, options: SampleOptions): Promise<Record<string, Probe>> {
  const weights = await toHost(params);
  const { images } = await sample(model, weights, options);
  const drawn = { images, count: options.count, ...options.context };
  return {
    images: {
      async run() {
        await sample(model, weights, options);
      },
    },
    pass: {
      async run() {
        await natsPerImage(model, params, drawn);
      },
    },
  };
}

function naive(model: GenerativeModel, params: Params, options: SampleOptions): Probe {
  const { height, width, channels } = model.image;
  const drawn = Math.max(1, Math.floor(NAIVE_PASSES / channels));
  const known = { images: new Float32Array(dimensions(model.image)), pixels: height * width - drawn };
  return {
    share: drawn / (height * width),
    async run() {
      await sampleNaive(model, conditionalsOf(model, params), { ...options, known });
    },
  };
}
