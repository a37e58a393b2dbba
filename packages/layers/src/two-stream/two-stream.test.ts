import { rng } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { twoStream } from './two-stream.ts';

const TINY = { inputs: 1, outputs: 2, filters: 2, resnets: 1, scales: 3 } as const;

it('passes over conditions that it does not read', () => {
  const network = twoStream(TINY);
  const params = network.init(rng(1));
  const run = (vector?: tf.Tensor2D) =>
    network.apply(params, { here: tf.ones([2, 4, 4, 1]) }, { vector }).here.dataSync();
  expect(run(tf.ones([2, 3]))).toEqual(run());
});

it('C14: calibrated on a batch, its outputs have mean 0 and variance 1 over it', () => {
  const network = twoStream({ ...TINY, filters: 4 });
  const values = Float32Array.from({ length: 4 * 8 * 8 }, (_, i) => Math.sin(i * i));
  const x = { here: tf.tensor4d(values, [4, 8, 8, 1]) };
  const { params } = network.calibrate!(network.init(rng(1)), x);
  const { mean, variance } = tf.moments(network.apply(params, x).here, [0, 1, 2]);
  for (const value of mean.dataSync()) expect(Math.abs(value)).toBeLessThan(1e-5);
  for (const value of variance.dataSync()) expect(Math.abs(value - 1)).toBeLessThan(1e-5);
});

it('drops numbers while training, others in every resnet, and none afterwards', () => {
  const network = twoStream({ ...TINY, dropout: 0.5 });
  const params = network.init(rng(1));
  const x = { here: tf.ones([1, 4, 4, 1]) as tf.Tensor4D };
  const run = (context?: Parameters<typeof network.apply>[2]) => network.apply(params, x, context).here.dataSync();
  const training = (seed: number) => run({ training: true, rng: rng(seed) });
  expect(training(1)).toEqual(training(1));
  expect(training(1)).not.toEqual(training(2));
  expect(training(1)).not.toEqual(run());
  expect(run({ rng: rng(1) })).toEqual(run());
});
