import { type Context, imageStreams, normals } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/** A diagonal Gaussian over n numbers for each image: mean μ and log σ, [B, n] each. */
export interface Gaussian {
  readonly mean: tf.Tensor2D;
  readonly logSigma: tf.Tensor2D;
}

/** The Gaussian of a net's statistics, [B, …, 2D]: of the last axis, the first half are means, the second log σ. */
export function gaussianOf(statistics: tf.Tensor): Gaussian {
  const batch = statistics.shape[0];
  const [mean, logSigma] = tf
    .split(statistics, 2, statistics.rank - 1)
    .map((half) => tf.reshape(half, [batch, -1]) as tf.Tensor2D);
  return { mean, logSigma };
}

type NoiseShape = readonly [batch: number, size: number];

/** ε ~ N(0, I), [B, n], each image's from a stream of its own. */
export const standardNoise = (context: Context | undefined, shape: NoiseShape, name: string): tf.Tensor2D =>
  tf.tensor2d(noiseValues(context, shape, name), [...shape]);

function noiseValues(context: Context | undefined, [batch, size]: NoiseShape, name: string): Float32Array {
  const values = new Float32Array(batch * size);
  for (const [b, own] of imageStreams(context, batch, name).entries()) values.set(normals(own, size), b * size);
  return values;
}

/** What the noise of q(z | x) is called. */
export const POSTERIOR = 'posterior';

/** The noise that a VAE draws the latents of each image with, [B, n]: for other implementations, which have other random numbers. */
export const posteriorNoise = (context: Context | undefined, shape: NoiseShape): Float32Array =>
  noiseValues(context, shape, POSTERIOR);

/** z = μ + σ ⊙ ε (Kingma & Welling 2014, §2.4): a draw whose gradient reaches μ and σ. */
export const reparametrized = ({ mean, logSigma }: Gaussian, noise: tf.Tensor2D): tf.Tensor2D =>
  tf.add(mean, tf.mul(tf.exp(logSigma), noise));

/**
 * KL(q ‖ p) of each number, in nats: log σp − log σq + (σq² + (μq − μp)²) / 2σp² − ½; [B, n].
 * @param p N(0, 1) for each, if left out
 */
export function gaussianKl(q: Gaussian, p?: Gaussian): tf.Tensor2D {
  const variance = tf.exp(tf.mul(q.logSigma, 2));
  const squares = (distance: tf.Tensor2D) => tf.add<tf.Tensor2D>(variance, tf.square(distance));
  if (!p) return tf.sub(tf.mul(tf.sub(squares(q.mean), 1), 0.5), q.logSigma);
  const relative = tf.mul(squares(tf.sub(q.mean, p.mean)), tf.exp(tf.mul(p.logSigma, -2)));
  return tf.add(tf.sub(p.logSigma, q.logSigma), tf.mul(tf.sub(relative, 1), 0.5));
}

/** log p(z) − log q(z) of the draw z = μq + σq ⊙ ε, summed over its numbers: [B]; p as in {@link gaussianKl}. */
export function logDensityRatio(q: Gaussian, noise: tf.Tensor2D, p?: Gaussian): tf.Tensor1D {
  const z = reparametrized(q, noise);
  const standardized = p ? tf.mul(tf.sub(z, p.mean), tf.exp(tf.neg(p.logSigma))) : z;
  const logs = p ? tf.sub(q.logSigma, p.logSigma) : q.logSigma;
  return tf.sum(tf.add(logs, tf.mul(tf.sub(tf.square(noise), tf.square(standardized)), 0.5)), 1);
}
