import { dimensions, type GenerativeModel } from '@pixelrnn/core';
import { distanceToThreshold, drawLevel } from './draw.ts';
import { isKnownFirst } from './known.ts';
import { type Conditionals, naive } from './naive.ts';
import { imageRandom, imageUniforms, type SampleOptions, type Samples, samplePlan } from './sample-options.ts';
import { walk } from './walk.ts';

/** Samples, and for each sub-pixel how far its uniform number was from a threshold. */
export interface NaiveSamples extends Samples {
  readonly distances: Float64Array;
}

/**
 * The oracle of `sample`: runs the whole network again for each sub-pixel. With the same seed it draws the same images, but for draws that
 * lie within float rounding of a threshold.
 *
 * @param teacher images whose levels are taken instead of the drawn ones to go on with, so that two ways can be compared draw by draw
 */
export async function sampleNaive(
  model: GenerativeModel,
  conditionals: Conditionals,
  options: SampleOptions & { readonly teacher?: Float32Array },
): Promise<NaiveSamples> {
  const { teacher, ...rest } = options;
  const plan = samplePlan(model, rest);
  const { count, seed, temperature } = plan;
  const { channels, height, width } = model.image;
  const size = dimensions(model.image);
  const drawn = new Float32Array(count * size);
  const nats = new Float64Array(count);
  const distances = new Float64Array(count * size).fill(Number.POSITIVE_INFINITY);
  const uniforms = Array.from({ length: count }, (_, b) => imageUniforms(imageRandom(seed, b), size));
  const onRow = (row: number) => plan.onProgress?.((row + 1) * width, height * width);
  const walked = await walk(
    model,
    naive(model, conditionals),
    { count, context: plan.context, known: plan.known, onRow },
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
  plan.known?.mask.forEach((known, pixel) => {
    if (known) drawn.set(walked.subarray(pixel * channels, (pixel + 1) * channels), pixel * channels);
  });
  return {
    images: drawn,
    image: model.image,
    nats,
    isExact: !plan.known || isKnownFirst(plan.known.mask, count),
    distances,
  };
}
