import { dimensions, type GenerativeModel } from '@pixelrnn/core';
import { distanceToThreshold, drawLevel } from './draw.ts';
import { knownPixel } from './sample.ts';
import { checkSampleOptions, imageUniforms, type SampleOptions, type Samples } from './sample-options.ts';

/** Likelihood parameters [count, H, W, parameterChannels] of images [count, H, W, C], by a full pass of the network. */
export type Conditionals = (images: Float32Array, count: number) => Promise<Float32Array>;

/** Samples, and for each sub-pixel how far its uniform number was from a threshold. */
export interface NaiveSamples extends Samples {
  readonly distances: Float64Array;
}

/**
 * The oracle of {@link sample}: runs the whole network again for each sub-pixel, H·W·C passes in all. With the same seed it draws the
 * same images, but for draws that lie within float rounding of a threshold.
 *
 * @param teacher images whose levels are taken instead of the drawn ones to go on with, so that two ways can be compared draw by draw
 */
export async function sampleNaive(
  model: GenerativeModel,
  conditionals: Conditionals,
  options: SampleOptions & { readonly teacher?: Float32Array },
): Promise<NaiveSamples> {
  const plan = checkSampleOptions(model, options);
  const { teacher } = options;
  const { count, known, seed, temperature } = plan;
  const { channels, height, width } = model.image;
  const { parameterChannels } = model.likelihood;
  const size = dimensions(model.image);
  const drawn = new Float32Array(count * size);
  const images = new Float32Array(count * size);
  const nats = new Float64Array(count);
  const distances = new Float64Array(count * size).fill(Number.POSITIVE_INFINITY);
  const uniforms = Array.from({ length: count }, (_, b) => imageUniforms(seed, b, size));
  for (let position = 0; position < height * width; position++) {
    if (known && position < known.pixels) {
      for (let b = 0; b < count; b++)
        for (const target of [images, drawn])
          target.set(knownPixel(known.images, size, b, position, channels), b * size + position * channels);
      continue;
    }
    for (let channel = 0; channel < channels; channel++) {
      const parameters = await conditionals(images, count);
      for (let b = 0; b < count; b++) {
        const at = b * size + position * channels;
        const own = parameters
          .subarray((b * height * width + position) * parameterChannels)
          .subarray(0, parameterChannels);
        const before = images.subarray(at, at + channels);
        const u = uniforms[b][position * channels + channel];
        const pmf = model.likelihood.pmf(own, channel, before, temperature);
        const level = drawLevel(pmf, u);
        distances[at + channel] = distanceToThreshold(pmf, u);
        nats[b] -= Math.log(model.likelihood.pmf(own, channel, before)[level]);
        drawn[at + channel] = level;
        images[at + channel] = teacher ? teacher[at + channel] : level;
      }
    }
    plan.onProgress?.(position + 1, height * width);
  }
  return { images: drawn, image: model.image, nats, distances };
}
