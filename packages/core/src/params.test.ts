import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { countParams, disposeParams, toHost } from './params.ts';

it('copies a tree to typed arrays, counts and frees it', async () => {
  const before = tf.memory().numTensors;
  const params = { a: tf.tensor1d([1, 2]), b: { c: tf.tensor2d([[3], [4], [5]]) } };
  const host = await toHost(params);
  expect([...host.a]).toEqual([1, 2]);
  expect([...host.b.c]).toEqual([3, 4, 5]);
  expect(countParams(params)).toBe(5);
  disposeParams(params);
  expect(tf.memory().numTensors).toBe(before);
});
