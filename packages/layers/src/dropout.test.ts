import { rng } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { dropout } from './dropout.ts';

const ones = (count: number) => tf.ones([1, 1, 1, count]) as tf.Tensor4D;
const dropped = (rate: number, seed: string, count = 100_001) =>
  dropout(ones(count), rate, { training: true, rng: rng(seed) }).dataSync();

it.each([0.1, 0.5, 0.9])('keeps a part of 1 − %d, scaled so that the mean stays', (rate) => {
  const values = dropped(rate, 'mean');
  const kept = values.filter((value) => value !== 0);
  expect(kept.every((value) => Math.abs(value * (1 - rate) - 1) < 1e-3)).toBe(true);
  const deviation = Math.sqrt((rate * (1 - rate)) / values.length);
  expect(Math.abs(kept.length / values.length - (1 - rate))).toBeLessThan(4 * deviation);
});

it('drops neighbours independently', () => {
  const values = dropped(0.5, 'pairs');
  for (const distance of [1, 2, 3, 64]) {
    const both = values.filter((value, i) => value > 0 && values[i + distance] > 0).length;
    expect(Math.abs(both / values.length - 1 / 4)).toBeLessThan(4 * Math.sqrt(3 / 16 / values.length));
  }
});

it('is a function of the random stream', () => {
  expect(dropped(0.5, 'a', 100)).toEqual(dropped(0.5, 'a', 100));
  expect(dropped(0.5, 'a', 100)).not.toEqual(dropped(0.5, 'b', 100));
});

it('does nothing outside of training, or at rate 0', () => {
  const x = ones(3);
  expect(dropout(x, 0.5, undefined)).toBe(x);
  expect(dropout(x, 0.5, { rng: rng(1) })).toBe(x);
  expect(dropout(x, 0, { training: true })).toBe(x);
});

it('wants random numbers while training', () => {
  expect(() => dropout(ones(1), 0.5, { training: true })).toThrow(
    'dropout: wanted random numbers (context.rng) while training, got none',
  );
});
