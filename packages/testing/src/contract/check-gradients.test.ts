import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { type TinyParams, tinyLayer } from '../fixtures/tiny-layer.ts';
import { tinyStacks } from '../fixtures/tiny-stacks.ts';
import { checkGradients } from './check-gradients.ts';

const layer = tinyLayer({ inputs: 4, outputs: 3 });

/** Passes a tensor on with another gradient. */
function wrong(change: (dy: tf.Tensor) => tf.Tensor) {
  const op = tf.customGrad((x) => ({ value: tf.clone(x as tf.Tensor), gradFunc: (dy: tf.Tensor) => change(dy) }));
  return <T extends tf.Tensor>(x: T) => op(x) as T;
}

const changed = (params: (params: TinyParams) => TinyParams): typeof layer => ({
  ...layer,
  apply: (given, x) => layer.apply(params(given), x),
});

it('checkGradients accepts correct layers', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    await checkGradients(layer, { seed });
    await checkGradients(tinyStacks(2), { seed });
  }
});

it('checkGradients accepts kinks', async () => {
  const relu: typeof layer = { ...layer, apply: (params, x) => ({ here: tf.relu(layer.apply(params, x).here) }) };
  for (const seed of [1, 2, 3, 4, 5]) await checkGradients(relu, { seed });
});

it('checkGradients finds a factor of 1.1', async () => {
  const scaled = changed((params) => ({ ...params, left: wrong((dy) => tf.mul(dy, 1.1))(params.left) }));
  await expect(checkGradients(scaled)).rejects.toThrow('checkGradients: tinyLayer: gradient of left');
});

it('checkGradients finds a gradient that was forgotten', async () => {
  const stopped = changed((params) => ({ ...params, bias: wrong((dy) => tf.zerosLike(dy))(params.bias) }));
  await expect(checkGradients(stopped)).rejects.toThrow('gradient of bias');
  const first: typeof layer = {
    ...layer,
    apply: (params, x) => layer.apply(params, { here: wrong((dy) => tf.mul(dy, tf.tensor1d([1, 1, 1, 0])))(x.here) }),
  };
  await expect(checkGradients(first)).rejects.toThrow('gradient of input here');
});

it('checkGradients finds values that left the graph', async () => {
  const constant = changed((params) => ({ ...params, up: tf.tensor2d(params.up.dataSync(), [4, 3]) }));
  await expect(checkGradients(constant)).rejects.toThrow('gradient of up');
});
