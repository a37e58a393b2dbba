import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../size-of.ts';
import { bitsPerDim } from '../units.ts';
import { bernoulli } from './bernoulli.ts';
import { categorical } from './categorical.ts';
import { createLikelihood, registerLikelihood } from './create-likelihood.ts';
import { logisticMixture } from './logistic-mixture.ts';

const ramp = (shape: [number, number, number, number], levels: number) => {
  return tf.tensor4d(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => i % levels),
    shape,
  );
};

describe('C18: units', () => {
  it('uniform Bernoulli over 784 pixels costs 543.43 nats', () => {
    const logProb = bernoulli().logProb(tf.zeros([2, 28, 28, 1]), ramp([2, 28, 28, 1], 2));
    for (const value of logProb.dataSync()) expect(-value).toBeCloseTo(784 * Math.LN2, 2);
    expect(784 * Math.LN2).toBeCloseTo(543.43, 2);
  });

  it('a uniform softmax over 256 levels costs exactly 8 bits/dim', () => {
    const images = ramp([1, 32, 32, 3], 256);
    const [logProb] = categorical()
      .logProb(tf.zeros([1, 32, 32, 768]), images)
      .dataSync();
    expect(bitsPerDim(-logProb, { height: 32, width: 32, channels: 3 })).toBeCloseTo(8, 6);
  });
});

describe('C19: log-probabilities of discrete likelihoods', () => {
  it.each([1, 3, 4])('are at most 0 and as snapshot for %d channels', (channels) => {
    const levels = 5;
    const outputs = tf.sin(ramp([2, 2, 3, channels * levels], 97)) as tf.Tensor4D;
    const values = categorical({ channels, levels })
      .logProb(outputs, ramp([2, 2, 3, channels], levels))
      .dataSync();
    for (const value of values) expect(value).toBeLessThan(0);
    expect([...values].map((value) => value.toFixed(4))).toMatchSnapshot();
  });
});

describe('C17: extreme inputs', () => {
  it('stay finite in value and gradient', () => {
    const images = tf.tensor4d([0, 1, 0, 1], [1, 1, 4, 1]);
    const logits = tf.tensor4d([80, -80, 1e4, 3e4], [1, 1, 4, 1]);
    const nats = (z: tf.Tensor) => tf.neg(tf.sum(bernoulli().logProb(z as tf.Tensor4D, images)));
    expect(nats(logits).dataSync()[0]).toBeCloseTo(80 + 80 + 1e4, 0);
    expect([...tf.grad(nats)(logits).dataSync()]).toEqual([1, -1, 1, 0]);

    const wide = tf.tensor4d([0, 1e4, -1e4, 5], [1, 1, 1, 4]);
    const softmax = categorical({ channels: 1, levels: 4 });
    const level = tf.tensor4d([0], [1, 1, 1, 1]);
    expect(softmax.logProb(wide, level).dataSync()[0]).toBeCloseTo(-1e4, 0);
    expect([
      ...tf
        .grad((z) => tf.sum(softmax.logProb(z as tf.Tensor4D, level)))(wide)
        .dataSync(),
    ]).toEqual([1, -1, 0, 0]);
  });
});

describe('pmf on typed arrays', () => {
  const likelihoods = [
    ['bernoulli', bernoulli()],
    ['categorical grey', categorical({ channels: 1, levels: 7 })],
    ['categorical RGB', categorical({ channels: 3, levels: 256 })],
    ['logistic mixture grey', logisticMixture({ channels: 1, levels: 7 })],
    ['logistic mixture RGB', logisticMixture({ channels: 3, levels: 256, components: 5 })],
  ] as const;

  it.each(likelihoods)('%s: agrees with logProb and sums to 1', (_, likelihood) => {
    const { channels, levels, outputs: size } = likelihood;
    const outputs = Float32Array.from({ length: size }, (_, i) => 3 * Math.sin((i + 1) * 1.7));
    const pixel = Float32Array.from({ length: channels }, (_, c) => (c + 1) % levels);
    const product = pixel.reduce((total, level, c) => {
      const pmf = likelihood.pmf(outputs, c, pixel);
      expect(pmf.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      return total + Math.log(pmf[level]);
    }, 0);
    const logProb = likelihood.logProb(tf.tensor4d(outputs, [1, 1, 1, size]), tf.tensor4d(pixel, [1, 1, 1, channels]));
    expect(product).toBeCloseTo(logProb.dataSync()[0], 4);
  });

  it.each(likelihoods)('%s: temperature raises probabilities to 1/T', (_, likelihood) => {
    const outputs = Float32Array.from({ length: likelihood.outputs }, (_, i) => Math.cos(i));
    const pixel = new Float32Array(likelihood.channels);
    const plain = Float64Array.from(likelihood.pmf(outputs, 0, pixel));
    const powers = plain.map((p) => p ** 2);
    const total = powers.reduce((a, b) => a + b);
    const sharp = likelihood.pmf(outputs, 0, pixel, 0.5);
    sharp.forEach((p, l) => {
      expect(p).toBeCloseTo(powers[l] / total, 5);
    });
  });
});

it('builds a likelihood again from its name and config, or from a name and an image', () => {
  const { name, config, outputGroups } = categorical({ channels: 3, levels: 4 });
  const image = { channels: 3, levels: 4 };
  expect(createLikelihood({ name, config }, image).outputGroups).toEqual(outputGroups);
  expect(createLikelihood('categorical', image)).toMatchObject({ name, config, outputGroups });
  expect(outputGroups).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  expect(() => createLikelihood('poisson', image)).toThrow(
    'wanted one of bernoulli, categorical, logisticMixture, got "poisson"',
  );
});

it('wants two levels at least', () => {
  expect(() => categorical({ channels: 1, levels: 1 })).toThrow('categorical: wanted at least 2 levels, got 1');
});

it('takes a registered likelihood by name, with its options', () => {
  const mine = ({ channels, levels, sharp }: { channels: number; levels: number; sharp?: boolean }) => ({
    ...categorical({ channels, levels }),
    name: 'mine',
    config: { sharp },
  });
  registerLikelihood('mine', mine);
  const likelihood = createLikelihood({ name: 'mine', config: { sharp: true } }, { channels: 1, levels: 5 });
  expect(likelihood).toMatchObject({ name: 'mine', config: { sharp: true }, channels: 1, levels: 5, outputs: 5 });
});

describe('what is no level', () => {
  it.each([
    ['bernoulli', bernoulli(), [0.5, 2, 16, -1, Number.NaN], 1 / 2],
    ['categorical', categorical({ channels: 1, levels: 4 }), [0.5, 3.5, 4, -1, Number.NaN], 1 / 4],
    // Level 1 lies between −2/3 and 0.
    [
      'logistic mixture',
      logisticMixture({ channels: 1, levels: 4 }),
      [0.5, 3.5, 4, -1, Number.NaN],
      1 / 2 - 1 / (1 + Math.exp(2 / 3)),
    ],
  ] as const)('%s: costs NaN, in its image alone', (_, likelihood, wrong, p) => {
    const images = tf.tensor4d([...wrong, 1], [wrong.length + 1, 1, 1, 1]);
    const outputs = tf.zeros([wrong.length + 1, 1, 1, likelihood.outputs]) as tf.Tensor4D;
    const values = [...likelihood.logProb(outputs, images).dataSync()];
    expect(values.slice(0, -1)).toEqual(wrong.map(() => Number.NaN));
    expect(values.at(-1)).toBeCloseTo(Math.log(p), 6);
  });
});

it.each([
  ['bernoulli', bernoulli()],
  ['categorical', categorical({ channels: 3, levels: 5 })],
  ['logisticMixture', logisticMixture({ channels: 3, levels: 6, components: 2 })],
])('%s: many pixels at once have the bits of each alone', (_, likelihood) => {
  const { channels, levels, outputs } = likelihood;
  const [count, last] = [5, channels - 1];
  const all = Float32Array.from({ length: count * outputs }, (_, i) => 3 * Math.sin(i));
  const pixels = Float32Array.from({ length: count * channels }, (_, i) => (3 * i) % levels);
  for (const temperature of [1, 0.5]) {
    const together = likelihood.pmfs!(all, last, pixels, temperature).slice();
    expect(together).toHaveLength(count * levels);
    for (let b = 0; b < count; b++) {
      const [own, pixel] = [
        all.subarray(b * outputs, (b + 1) * outputs),
        pixels.subarray(b * channels, (b + 1) * channels),
      ];
      const alone = likelihood.pmf(own, last, pixel, temperature);
      expect([...together.subarray(b * levels, (b + 1) * levels)]).toEqual([...alone]);
    }
  }
});
