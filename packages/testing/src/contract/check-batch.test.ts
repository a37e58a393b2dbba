import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { type TinyParams, tinyLayer } from '../fixtures/tiny-layer.ts';
import { checkBatch } from './check-batch.ts';

const layer = tinyLayer({ inputs: 2, outputs: 2 });
const withSum = (extra: (x: tf.Tensor4D) => tf.Tensor): typeof layer => ({
  ...layer,
  apply: (params: TinyParams, x) => ({ here: tf.add(layer.apply(params, x).here, extra(x.here)) }),
});

it('checkBatch finds images that see each other', async () => {
  await checkBatch(layer);
  await expect(checkBatch(withSum((x) => tf.mean(x, 0, true)))).rejects.toThrow('image 0 changed with image 1');
});

it('checkBatch finds an image that depends on its place', async () => {
  const place = (x: tf.Tensor4D) => tf.reshape(tf.range(0, x.shape[0], 1), [-1, 1, 1, 1]);
  await expect(checkBatch(withSum(place))).rejects.toThrow('image 1 gives something else alone than in a batch of 3');
});

it('checkBatch finds a gradient that crosses', async () => {
  const crossing = tf.customGrad((x) => ({
    value: tf.zerosLike(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.reverse(tf.add(dy, 1), 0),
  }));
  await expect(checkBatch(withSum((x) => crossing(x)))).rejects.toThrow(
    'image 1 has a gradient with respect to image 0',
  );
});
