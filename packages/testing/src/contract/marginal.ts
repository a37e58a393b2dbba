import {
  type GenerativeModel,
  type Host,
  type HostContext,
  type Params,
  rng,
  sliceContext,
  toContext,
} from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/** Draws of latents that a probability is the mean of. */
const DRAWS = 150;

/** Images of a model with latents, and what they are conditioned on. */
export interface MarginalSetting {
  readonly model: GenerativeModel;
  readonly params: Params;
  readonly weights: Host<Params>;
  /** Levels [count, H, W, C]. */
  readonly images: Float32Array;
  readonly count: number;
  /** What so many images are conditioned on, all alike. */
  readonly contextFor: (count: number) => HostContext;
  readonly seed: string | number;
}

/** p(x) of each image as the mean of p(x | z) over draws of z as `before` makes them for sampling: [count]. */
export async function marginal(setting: MarginalSetting): Promise<Float64Array> {
  const { model, params, weights, images, count, contextFor, seed } = setting;
  const random = Array.from({ length: DRAWS }, (_, draw) => rng(seed).fork('marginal').fork(draw));
  const draw = () => Promise.reject(new Error(`marginal: wanted latents of ${model.name}, got a request for images`));
  const { context } = await model.before!(weights, { random, context: contextFor(DRAWS), draw });
  const { height, width, channels } = model.image;
  const frame = { batch: count, height, width };
  const sums = new Float64Array(count);
  for (let n = 0; n < DRAWS; n++) {
    const logs = tf.tidy(() => {
      const levels = tf.tensor4d(images, [count, height, width, channels]);
      const outputs = model.conditionals(params, levels, toContext(forAll(context, n, count), frame));
      return model.likelihood.logProb(outputs, levels);
    });
    for (const [image, log] of (await logs.data()).entries()) sums[image] += Math.exp(log) / DRAWS;
    logs.dispose();
  }
  return sums;
}

/** The conditions of draw number `n`, for each of `count` images. */
function forAll(context: HostContext, n: number, count: number): HostContext {
  const { labels, vector, map } = sliceContext(context, DRAWS, n, 1);
  const times = (values: Float32Array) =>
    Float32Array.from({ length: count * values.length }, (_, i) => values[i % values.length]);
  return {
    ...(labels && { labels: new Int32Array(count).fill(labels[0]) }),
    ...(vector && { vector: times(vector) }),
    ...(map && { map: times(map) }),
  };
}
