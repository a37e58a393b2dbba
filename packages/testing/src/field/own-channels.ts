import { type Likelihood, rng } from '@pixelrnn/core';

/**
 * The sub-pixels of its own pixel that a likelihood shows a colour by itself, whatever the network sees: one that ties the colours shows it
 * all earlier ones. Found by changing each of them, between the lowest and the highest level.
 *
 * @param first number of the pixel's first sub-pixel in its image
 * @param size sub-pixels of the image
 * @returns 1 where it does: [size]
 */
export function ownChannelsSeen(likelihood: Likelihood, color: number, first: number, size: number): Uint8Array {
  const { outputs, channels, levels } = likelihood;
  const random = rng('own channels');
  const parameters = Float32Array.from({ length: outputs }, () => 2 * random.uniform() - 1);
  const pmf = (pixel: Float32Array) => String(likelihood.pmf(parameters, color, pixel));
  const rest = pmf(new Float32Array(channels));
  const seen = new Uint8Array(size);
  for (let channel = 0; channel < color; channel++) {
    const changed = new Float32Array(channels);
    changed[channel] = levels - 1;
    seen[first + channel] = Number(pmf(changed) !== rest);
  }
  return seen;
}
