import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { emaDecay, updateEma } from './ema.ts';

it('warms up to its decay', () => {
  const options = { decay: 0.99, warmUp: true };
  expect([0, 1, 90, 10_000].map((step) => emaDecay(step, options))).toEqual([1 / 10, 2 / 11, 91 / 100, 0.99]);
  expect(emaDecay(0, { ...options, warmUp: false })).toBe(0.99);
});

it('moves by 1 − decay towards the parameters', () => {
  const [averaged, params] = [tf.tensor1d([0, 4]), tf.tensor1d([10, 4])];
  const before = tf.memory().numTensors;
  const moved = updateEma(averaged, params, 0, { decay: 0.75, warmUp: false });
  expect(tf.memory().numTensors).toBe(before + 1);
  expect([...moved.dataSync()]).toEqual([2.5, 4]);
});
