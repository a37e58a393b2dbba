import { OPTIMIZER_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, it } from 'vitest';
import { adam } from './adam.ts';
import { fusedUpdate } from './fused-update.ts';

const ADAM = OPTIMIZER_KERNELS.adam;

afterEach(() => {
  if (tf.getKernel(ADAM.name, 'cpu')) tf.unregisterKernel(ADAM.name, 'cpu');
});

it('is undefined where the backend has no such kernel', () => {
  expect(fusedUpdate(ADAM, {}, {})).toBeUndefined();
});

it('replaces the operations of adam where it has', () => {
  const seen: unknown[] = [];
  tf.registerKernel({
    kernelName: ADAM.name,
    backendName: 'cpu',
    kernelFunc: ({ inputs, attrs }) => {
      seen.push(Object.keys(inputs).sort(), attrs);
      const { params, mean, square } = inputs;
      return [params, mean, square].map(
        (input) =>
          tf.getKernel('Identity', 'cpu').kernelFunc({ inputs: { x: input }, backend: tf.backend() }) as tf.TensorInfo,
      );
    },
  });
  const params = tf.tensor1d([1, 2]);
  const optimizer = adam({ learningRate: 0.5 });
  const input = { params, gradients: tf.tensor1d([1, 1]), state: optimizer.init(params), step: 0, learningRate: 0.5 };
  expect([...optimizer.update(input).params.dataSync()]).toEqual([1, 2]);
  expect(seen).toEqual([
    ['gradients', 'mean', 'params', 'square'],
    { rate: 0.5 / (1 - 0.9), correction: 1 / Math.sqrt(1 - 0.999), beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  ]);
});
