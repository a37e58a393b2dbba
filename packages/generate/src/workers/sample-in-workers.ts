import {
  dimensions,
  type GenerativeModel,
  type Host,
  type JsonObject,
  type Params,
  sliceContext,
} from '@pixelrnn/core';
import { sliceKnown } from '../known.ts';
import { natsGivenOf, type SamplePlan, type Samples } from '../sample-options.ts';
import { askWorker } from './ask-worker.ts';
import { progressOf } from './progress.ts';

/** The kind of work that `serveSampling` does. */
export const SAMPLING = 'pixelrnn-sample';

/** A slice of the images of a call, to be drawn. */
export interface SamplingWork {
  readonly config: JsonObject;
  readonly weights: Host<Params>;
  readonly plan: Omit<SamplePlan, 'onProgress' | 'workers'>;
}

export type Drawn = Omit<Samples, 'image' | 'natsGiven'>;

/**
 * Draws images in workers, a fixed slice in each. An image is a function of the seed and its own number, so the slices together have the bits that
 * one thread gives them.
 * @throws if a worker cannot build the model, or ends
 */
export async function sampleInWorkers(
  model: GenerativeModel,
  weights: Host<Params>,
  { onProgress, workers = [], ...plan }: SamplePlan,
): Promise<Samples> {
  const { image, config } = model;
  const size = dimensions(image);
  const slices = slicesOf(plan.count, workers.length);
  const progress = progressOf(
    slices.map(({ count }) => count * image.height * image.width),
    onProgress,
  );
  const parts = await Promise.all(
    slices.map(({ first, count }, i) => {
      const own = {
        ...plan,
        count,
        first: plan.first + first,
        context: sliceContext(plan.context, plan.count, first, count),
        known: plan.known && sliceKnown(plan.known, plan.count, first, count),
      };
      const work: SamplingWork = { config, weights, plan: own };
      return askWorker<SamplingWork, Drawn>(workers[i], SAMPLING, work, {
        wanted: 'sample: wanted images',
        onDone: progress(i),
      });
    }),
  );
  const [images, nats] = [new Float32Array(plan.count * size), new Float64Array(plan.count)];
  parts.forEach((part, i) => {
    images.set(part.images, slices[i].first * size);
    nats.set(part.nats, slices[i].first);
  });
  return { images, image, nats, natsGiven: natsGivenOf(model), isExact: parts.every(({ isExact }) => isExact) };
}

/** Cuts `count` images into at most `parts` slices of nearly equal size, none of them empty. */
export function slicesOf(count: number, parts: number): { readonly first: number; readonly count: number }[] {
  const bounds = Array.from({ length: parts + 1 }, (_, i) => Math.floor((i * count) / parts));
  return bounds
    .slice(1)
    .map((end, i) => ({ first: bounds[i], count: end - bounds[i] }))
    .filter((slice) => slice.count > 0);
}
