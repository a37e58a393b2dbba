import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { rng } from '../rng.ts';
import { createLikelihood } from './create-likelihood.ts';
import type { Likelihood } from './likelihood.ts';
import { logisticMixture } from './logistic-mixture.ts';

const GREY = (levels: number, components = 1) => logisticMixture({ channels: 1, levels, components });

/** −log p of pixels, one image each, under the same parameters. */
function natsOf(
  { channels, outputs, logProb }: Likelihood,
  parameters: ArrayLike<number>,
  pixels: number[][],
): number[] {
  const rows = pixels.length;
  return tf.tidy(() => {
    const repeated = tf.tile(tf.tensor2d(Float32Array.from(parameters), [1, outputs]), [rows, 1]);
    const images = tf.tensor4d(pixels.flat(), [rows, 1, 1, channels]);
    return Array.from(logProb(tf.reshape(repeated, [rows, 1, 1, outputs]), images).dataSync(), (value) => -value);
  });
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
/** Numbers in −scale … scale. */
const numbers = (count: number, seed: string, scale = 1) => {
  const random = rng(seed);
  return Float32Array.from({ length: count }, () => scale * (2 * random.uniform() - 1));
};
/** All pixels of some channels. */
const allPixels = (channels: number, levels: number) =>
  range(levels ** channels).map((i) => range(channels).map((c) => Math.floor(i / levels ** c) % levels));

it.each([2, 3, 16, 256])(
  'C15: the probabilities of %d levels sum to 1, however sharp or wide a logistic is',
  (levels) => {
    const likelihood = GREY(levels);
    for (const mean of [0, 0.3, -0.77, 1, 3, -40])
      for (const logScale of [-20, -7, -4, -2, 0, 5, 30]) {
        const parameters = Float32Array.of(0.5, mean, logScale);
        const probabilities = natsOf(likelihood, parameters, allPixels(1, levels)).map((nats) => Math.exp(-nats));
        const pmf = likelihood.pmf(parameters, 0, Float32Array.of(0));
        expect(Math.abs(sum(probabilities) - 1), `mean ${mean}, log-scale ${logScale}`).toBeLessThan(1e-6);
        // The kernel divides by a sum in float32, 64 terms in each of four lanes, which rounds where all are alike. The bits of archives hang on it.
        const rounded = logScale > 0 ? 2e-6 : 1e-6;
        expect(Math.abs(sum(pmf) - 1), `pmf of mean ${mean}, log-scale ${logScale}`).toBeLessThan(rounded);
        pmf.forEach((p, level) => {
          expect(Math.abs(p - probabilities[level])).toBeLessThan(2e-6);
        });
      }
  },
);

it.each([2, 3, 5])('C16: the probabilities of all pixels of three channels of %d levels sum to 1', (levels) => {
  const likelihood = logisticMixture({ channels: 3, levels, components: 4 });
  const nats = natsOf(likelihood, numbers(40, 'all', 3), allPixels(3, levels));
  expect(sum(nats.map((value) => Math.exp(-value)))).toBeCloseTo(1, 6);
});

describe('C17: extreme parameters', () => {
  it.each([
    ['far below', 0, 1e4, -7],
    ['far above', 255, -1e4, -7],
    ['at its level', 255, 1, -7],
    ['sharper than the clamp', 128, 0, -100],
    ['wide', 128, 0, 60],
    ['wide beyond measure', 0, 0, 1e4],
  ])('%s: value and gradient stay finite', (_, level, mean, logScale) => {
    const likelihood = GREY(256, 2);
    const images = tf.tensor4d([level], [1, 1, 1, 1]);
    const logProb = (parameters: tf.Tensor) => tf.sum(likelihood.logProb(parameters as tf.Tensor4D, images));
    const parameters = tf.tensor4d([1, -1, mean, mean, logScale, logScale], [1, 1, 1, 6]);
    const { value, grad } = tf.valueAndGrad(logProb)(parameters);
    expect([...value.dataSync(), ...grad.dataSync()].map(Number.isFinite)).toEqual(new Array(7).fill(true));
    expect(value.dataSync()[0]).toBeLessThanOrEqual(0);
  });

  it.each([
    ['coefficients saturated', 0, -2, 50],
    ['coefficients saturated the other way, sharp', 0.5, -7, -1e4],
    ['far below', 1e4, -7, 50],
    ['far above', -1e4, -7, -50],
    ['wide beyond measure', 0, 1e4, 1e4],
  ])('in colours, %s: value and gradient stay finite', (_, mean, logScale, coefficient) => {
    const likelihood = logisticMixture({ channels: 3, levels: 256, components: 2 });
    const ofChannel = [mean, -mean, logScale, logScale, coefficient, -coefficient];
    const parameters = tf.tensor4d([1, -1, ...ofChannel, ...ofChannel, ...ofChannel], [1, 1, 1, 20]);
    for (const pixel of [
      [0, 0, 0],
      [255, 255, 255],
      [255, 0, 128],
    ]) {
      const images = tf.tensor4d(pixel, [1, 1, 1, 3]);
      const logProb = (z: tf.Tensor) => tf.sum(likelihood.logProb(z as tf.Tensor4D, images));
      const { value, grad } = tf.valueAndGrad(logProb)(parameters);
      expect([...value.dataSync(), ...grad.dataSync()].map(Number.isFinite)).toEqual(new Array(21).fill(true));
      expect(value.dataSync()[0]).toBeLessThanOrEqual(0);
    }
  });

  it('below the clamp, a log-scale has no gradient; at it, it has', () => {
    const likelihood = GREY(256);
    const images = tf.tensor4d([100], [1, 1, 1, 1]);
    const gradient = (logScale: number) =>
      tf
        .grad((parameters) => tf.sum(likelihood.logProb(parameters as tf.Tensor4D, images)))(
          tf.tensor4d([0, -0.3, logScale], [1, 1, 1, 3]),
        )
        .dataSync()[2];
    expect(gradient(-7.01)).toBe(0);
    expect(gradient(-7)).toBeGreaterThan(1);
  });
});

it.each([1, 3])('C19: log-probabilities are at most 0 and as snapshot for %d channels', (channels) => {
  const likelihood = logisticMixture({ channels, levels: 5, components: 3 });
  const pixels = allPixels(channels, 5).filter((_, i) => i % (channels === 1 ? 1 : 13) === 0);
  const nats = natsOf(likelihood, numbers(likelihood.outputs, 'snapshot', 2), pixels);
  for (const value of nats) expect(value).toBeGreaterThan(0);
  expect(nats.map((value) => value.toFixed(4))).toMatchSnapshot();
});

describe('the ties between channels', () => {
  // One component of 256 levels, so sharp that nearly all of a channel's probability is at one level.
  const sharp = -6;
  const parameters = (alpha: number, beta: number, gamma: number) =>
    Float32Array.of(0, 0, sharp, alpha, 0.2, sharp, beta, -0.1, sharp, gamma);
  const likelihood = logisticMixture({ channels: 3, levels: 256, components: 1 });
  const x = (level: number) => (2 * level) / 255 - 1;
  const mode = (channel: number, coefficients: [number, number, number], pixel: number[]) => {
    const pmf = likelihood.pmf(parameters(...coefficients), channel, Float32Array.from(pixel));
    return x(pmf.indexOf(Math.max(...pmf)));
  };
  const near = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1 / 255 + 1e-6);

  it('green follows red, blue follows red and green, by the tanh of the coefficients', () => {
    const [r, g] = [200, 100];
    const [alpha, beta, gamma] = [0.8, -0.5, 1.5];
    near(mode(0, [alpha, beta, gamma], [0, 0, 0]), 0);
    near(mode(1, [alpha, beta, gamma], [r, 0, 0]), 0.2 + Math.tanh(alpha) * x(r));
    near(mode(2, [alpha, beta, gamma], [r, g, 0]), -0.1 + Math.tanh(beta) * x(r) + Math.tanh(gamma) * x(g));
  });

  it('the earlier channels say which component it is', () => {
    const two = logisticMixture({ channels: 3, levels: 256, components: 2 });
    const block = (means: number[]) => [...means, sharp, sharp, 0, 0];
    const z = Float32Array.of(0, 0, ...block([-0.5, 0.5]), ...block([-0.5, 0.5]), ...block([0, 0]));
    const halfBelow = (pixel: number[], channel: number) =>
      sum(two.pmf(z, channel, Float32Array.from(pixel)).subarray(0, 128));
    expect(halfBelow([0, 0, 0], 0)).toBeCloseTo(0.5, 5);
    expect(halfBelow([64, 0, 0], 1)).toBeCloseTo(1, 5);
    expect(halfBelow([191, 0, 0], 1)).toBeCloseTo(0, 5);
  });
});

it('is built again from its config, for the image where that says nothing', () => {
  const image = { channels: 3, levels: 16 };
  const likelihood = createLikelihood({ name: 'logisticMixture', config: { components: 5 } }, image);
  expect(likelihood.config).toEqual({ channels: 3, levels: 16, components: 5 });
  expect(likelihood.outputs).toBe(50);
  expect(likelihood.outputGroups).toEqual(new Array(50).fill(0));
  expect(createLikelihood('logisticMixture', { channels: 1, levels: 256 }).outputs).toBe(30);
  const { name, config } = likelihood;
  expect(createLikelihood({ name, config }, image)).toMatchObject({ config, outputs: 50 });
});

it('refuses what it cannot model', () => {
  expect(() => logisticMixture({ channels: 2 })).toThrow('logisticMixture: wanted images of 1 or 3 channels, got 2');
  expect(() => logisticMixture({ levels: 1 })).toThrow('logisticMixture: wanted at least 2 levels, got 1');
  expect(() => logisticMixture({ components: 0 })).toThrow(
    'logisticMixture: wanted a positive whole number for components',
  );
});
