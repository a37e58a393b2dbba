import { dimensions, type GenerativeModel, type Host, type HostContext, type Params } from '@pixelrnn/core';
import { sample } from './sample.ts';
import type { SampleOptions, Samples } from './sample-options.ts';

/** What {@link interpolate} draws. */
export interface InterpolateOptions extends Pick<SampleOptions, 'seed' | 'temperature' | 'batch' | 'onProgress'> {
  /** Levels of two images, [2, H, W, C]. */
  readonly images: Float32Array;
  /** Images to draw, the first and the last with the codes of the two; at least 2. */
  readonly count: number;
  /** What all images are conditioned on beside their codes: labels [count]. */
  readonly context?: HostContext;
}

/**
 * Draws images along the straight line between the codes of two, all with the random numbers of the first, so that nothing differs but the code
 * (Gated PixelCNN, Figure 5): code t = (1 − t) · code(a) + t · code(b), t = 0 … 1.
 * @throws if the model has no codes
 */
export async function interpolate(
  model: GenerativeModel,
  weights: Host<Params>,
  { images, count, context, ...options }: InterpolateOptions,
): Promise<Samples> {
  const { name, image, encode } = model;
  if (!encode) throw new Error(`interpolate: wanted a model with codes of images, got ${name}, which has none`);
  if (images.length !== 2 * dimensions(image))
    throw new Error(`interpolate: wanted 2 images of ${dimensions(image)} levels, got ${images.length} levels`);
  if (!Number.isInteger(count) || count < 2) throw new Error(`interpolate: wanted a count of at least 2, got ${count}`);
  const codes = encode(weights, images, 2).vector!;
  const size = codes.length / 2;
  const vector = Float32Array.from({ length: count * size }, (_, i) => {
    const [t, k] = [Math.floor(i / size) / (count - 1), i % size];
    return (1 - t) * codes[k] + t * codes[size + k];
  });
  return sample(model, weights, { ...options, count, vary: [], context: { ...context, vector } });
}
