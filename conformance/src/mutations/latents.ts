import type { Mutation } from '../mutations.ts';

const VAE = 'packages/models/src/pixel-vae.ts';
const GAUSSIAN = 'packages/models/src/latent/gaussian.ts';
const EVALUATE = 'packages/trainer/src/evaluate.ts';
const LATENTS = 'conformance/src/latents.test.ts';
const GAUSSIAN_TEST = 'packages/models/src/latent/gaussian.test.ts';
const MAPPINGS = 'conformance/src/mappings.test.ts';
const CONVOLUTION = 'packages/layers/src/mapping/convolution2d.ts';

/** Models with latents, their bounds, and the nets around them. */
export const LATENT: readonly Mutation[] = [
  {
    name: 'annealed-cost-reported',
    bug: 'T16: the weight of the divergence leaks into what is reported (PixelVAE)',
    file: VAE,
    from: 'nats: tf.add(distortion, divergence),',
    to: 'nats: tf.add(distortion, tf.mul(divergence, weight)),',
    test: LATENTS,
    title: 'T16: anneals what it minimizes',
  },
  {
    name: 'one-draw-for-many',
    bug: 'T17: all draws of an importance-weighted bound are the same one, so that k draws are as one',
    file: EVALUATE,
    from: 'batchTensors(model, batch, { indices, draw })',
    to: 'batchTensors(model, batch, { indices })',
    test: 'packages/trainer/src/evaluate.test.ts',
    title: 'is −log of the mean weight',
  },
  {
    name: 'mean-of-log-weights',
    bug: 'the mean of the logarithms of the weights, which is the bound of one draw, however many there are',
    file: EVALUATE,
    from: 'most + Math.log(sums[i] / sets)',
    to: 'most + Math.log(sums[i]) / sets',
    test: 'packages/trainer/src/evaluate.test.ts',
    title: 'is −log of the mean weight',
  },
  {
    name: 'noise-of-the-batch',
    bug: 'the noise of an image depends on its place in the batch that it is evaluated in',
    file: 'packages/core/src/image-noise.ts',
    from: 'root.fork(indices?.[b] ?? b)',
    to: 'root.fork(b)',
    test: LATENTS,
    title: 'draws latents for an image by its number',
  },
  {
    name: 'noise-of-the-place',
    bug: 'the noise of an image depends on which others are evaluated with it',
    file: EVALUATE,
    from: 'batch.indices ?? ',
    to: '',
    test: 'packages/trainer/src/evaluate.test.ts',
    title: 'tells the model the index of each image',
  },
  {
    name: 'divergence-without-spread',
    bug: 'the divergence of a Gaussian without the term of its width',
    file: GAUSSIAN,
    from: 'tf.mul(tf.sub(squares(q.mean), 1), 0.5), q.logSigma)',
    to: 'tf.mul(tf.sub(squares(q.mean), 1), 0.5), tf.mul(q.logSigma, 0))',
    test: GAUSSIAN_TEST,
    title: 'has the divergence from the standard normal',
  },
  {
    name: 'log-sigma-as-log-variance',
    bug: 'latents drawn as if the encoder gave log σ², while the divergence takes log σ',
    file: GAUSSIAN,
    from: 'tf.mul(tf.exp(logSigma), noise)',
    to: 'tf.mul(tf.exp(tf.mul(logSigma, 0.5)), noise)',
    test: 'conformance/src/latent-oracle.test.ts',
    title: 'has the bound of the oracle',
  },
  {
    name: 'weights-without-prior',
    bug: 'importance weights that leave out the density of the noise',
    file: GAUSSIAN,
    from: 'tf.sub(tf.square(noise), tf.square(standardized))',
    to: 'tf.neg(tf.square(standardized))',
    test: LATENTS,
    title: 'bounds −log p(x) from above',
  },
  {
    name: 'kernel-a-pixel-too-high',
    bug: 'T2: a strided convolution whose zeros lie above and to the left alone',
    file: CONVOLUTION,
    from: 'const before = above * stride - reach;',
    to: 'const before = Math.max(0, above * stride - reach - 1);',
    test: MAPPINGS,
    title: 'a convolution with a kernel of 3 and a stride of 2 on 7×6',
  },
];
