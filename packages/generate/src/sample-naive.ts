import { dimensions, type GenerativeModel, type Host, type Params } from '@pixelrnn/core';
import { distanceToThreshold, drawLevel } from './draw.ts';
import { type Conditionals, naive } from './naive.ts';
import { settle } from './sample.ts';
import {
  imageRandom,
  imageUniforms,
  natsGivenOf,
  type SampleOptions,
  type Samples,
  samplePlan,
} from './sample-options.ts';
import { walk } from './walk.ts';

/** Samples, and for each sub-pixel how far its uniform number was from a threshold. */
export interface NaiveSamples extends Samples {
  readonly distances: Float64Array;
}

/**
 * The oracle of `sample`: runs the whole network again for each sub-pixel. With the same seed it draws the same images, but for draws that
 * lie within float rounding of a threshold.
 *
 * What the model settles before the first pixel, it settles as there: with `weights`, and what is drawn of other models with their caches.
 *
 * @param weights parameters as typed arrays, for models that settle something beforehand
 * @param teacher images whose levels are taken instead of the drawn ones to go on with, so that two ways can be compared draw by draw
 */
export async function sampleNaive(
  model: GenerativeModel,
  conditionals: Conditionals,
  options: SampleOptions & { readonly teacher?: Float32Array; readonly weights?: Host<Params> },
): Promise<NaiveSamples> {
  const { teacher, weights, ...rest } = options;
  if (model.before && !weights)
    throw new Error(
      `sampleNaive: wanted weights, since ${model.name} settles something before the first pixel, got none`,
    );
  if (rest.workers) throw new Error('sampleNaive: wanted no workers, which draw with caches');
  const plan = samplePlan(model, rest);
  const { count, first, seed, temperature } = plan;
  const { channels, height, width } = model.image;
  const size = dimensions(model.image);
  const drawn = new Float32Array(count * size);
  const distances = new Float64Array(count * size).fill(Number.POSITIVE_INFINITY);
  const random = Array.from({ length: count }, (_, i) => imageRandom(seed, first + i));
  const { nats, isExact, ...settled } = await settle(model, weights ?? {}, plan, 0, random);
  const uniforms = random.map((stream) => imageUniforms(stream, size));
  const onRow = (row: number) => plan.onProgress?.((row + 1) * width, height * width);
  const walked = await walk(
    model,
    naive(model, conditionals),
    { count, ...settled, onRow },
    (image, position, channel, pmf) => {
      const index = image * size + position * channels + channel;
      const u = uniforms[image][position * channels + channel];
      const own = pmf(temperature);
      const level = drawLevel(own, u);
      distances[index] = distanceToThreshold(own, u);
      nats[image] -= Math.log(pmf()[level]);
      drawn[index] = level;
      return teacher ? teacher[index] : level;
    },
  );
  settled.known?.mask.forEach((known, pixel) => {
    if (known) drawn.set(walked.subarray(pixel * channels, (pixel + 1) * channels), pixel * channels);
  });
  return { images: drawn, image: model.image, nats, natsGiven: natsGivenOf(model), isExact, distances };
}
