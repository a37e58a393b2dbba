import { dimensions, type GenerativeModel, type Params, rng, toHost } from '@pixelrnn/core';
import { type SampleOptions, sample, sampleNaive } from '@pixelrnn/generate';
import { conditionalsOf } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { benchModel } from './models.ts';
import type { Prepared, Probe, Task } from './task.ts';
import { SEED } from './train-task.ts';

/** Passes of a naive run: each costs the same, so a few stand for all. */
const NAIVE_PASSES = 6;

/**
 * A batch of whole images: cached sampling, on typed arrays whatever the backend; or naive sampling, a full forward pass of the
 * network for each sub-pixel. A naive run draws only the last few sub-pixels, and its time is scaled to the whole image.
 */
export async function prepareSampling(task: Extract<Task, { kind: 'sample' }>): Promise<Prepared> {
  const model = benchModel(task.model);
  const params: Params = model.init(rng(SEED));
  const labels = model.conditions.classes ? new Int32Array(task.batch) : undefined;
  const options = { count: task.batch, seed: SEED, context: { labels } };
  return {
    ...(!task.naive && { backend: 'kernels' }),
    probes: { images: task.naive ? naive(model, params, options) : await cached(model, params, options) },
    dispose: () => tf.dispose(params as tf.TensorContainer),
  };
}

async function cached(model: GenerativeModel, params: Params, options: SampleOptions): Promise<Probe> {
  const weights = await toHost(params);
  return {
    async run() {
      await sample(model, weights, options);
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
