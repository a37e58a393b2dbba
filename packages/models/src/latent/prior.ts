import { type Context, type Host, type JsonObject, normals, type Params, type Rng } from '@pixelrnn/core';
import type * as tf from '@tensorflow/tfjs-core';
import { type Gaussian, gaussianKl, logDensityRatio } from './gaussian.ts';

/** p(z): what latents are before there is an image, of one level or of several. */
export interface Prior {
  /** How many numbers z has. */
  readonly size: number;
  /** Enough to build it again; none for the standard normal distribution. */
  readonly config?: JsonObject;
  /** Names of the noise that it draws from. */
  readonly noise: readonly string[];
  init(rng: Rng): Params;
  /**
   * What it costs to know z, by name: parts of the divergence of q from the prior, [B, n] each, whose sum over all has the expectation
   * E_q[log q(z | x) − log p(z)], or where z has levels above it an upper bound of that.
   * @param noise z = μq + σq ⊙ noise
   */
  divergences(params: Params, q: Gaussian, noise: tf.Tensor2D, context?: Context): Divergences;
  /** log p(z) − log q(z | x) of that draw, and of one draw of the levels above: [B]. */
  logRatio(params: Params, q: Gaussian, noise: tf.Tensor2D, context?: Context): tf.Tensor1D;
  /** A draw for each random stream, [count, size]. */
  draw(weights: Host<Params>, random: readonly Rng[]): Float32Array;
}

export type Divergences = { readonly [name: string]: tf.Tensor2D };

/** The noise of latents that have no level above. */
export const LATENTS = 'latents';

/** N(0, I). */
export const standardNormal = (size: number): Prior => ({
  size,
  noise: [LATENTS],
  init: () => ({}),
  divergences: (_, q) => ({ kl: gaussianKl(q) }),
  logRatio: (_, q, noise) => logDensityRatio(q, noise),
  draw(_, random) {
    const z = new Float32Array(random.length * size);
    for (const [b, own] of random.entries()) z.set(normals(own.fork(LATENTS), size), b * size);
    return z;
  },
});
