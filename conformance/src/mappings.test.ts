import { type TransposedConv2dOptions, transposedConv2d } from '@pixelrnn/layers';
import { checkMapping, mappingContract } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

const upsampler = transposedConv2d({ size: [3, 2], inputs: 4, outputs: 5, stride: 2 });

mappingContract('transposedConv2d', upsampler, {
  describe,
  it,
  createMapping: (config) => transposedConv2d(config as unknown as TransposedConv2dOptions),
});

it('transposedConv2d: every pixel becomes the block that the transposed convolution of TensorFlow.js makes of it', () => {
  const params = upsampler.init({ uniform: Math.random } as never);
  const x = tf.randomUniform<tf.Rank.R4>([2, 3, 2, 4]);
  // tf.conv2dTranspose: filter [s, s, outputs, inputs]
  const filter = tf.transpose(tf.reshape(params.weights, [4, 2, 2, 5]), [1, 2, 3, 0]) as tf.Tensor4D;
  const wanted = tf.conv2dTranspose(x, filter, [2, 6, 4, 5], 2, 'valid').dataSync();
  const found = upsampler.apply(params, x).dataSync();
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i], 5);
  });
});

it('the contract finds a run that is another function, and inputs that see each other', async () => {
  const changed = (change: (y: Float32Array, batch: number) => Float32Array): typeof upsampler => ({
    ...upsampler,
    prepare: (weights) => {
      const prepared = upsampler.prepare(weights);
      return { ...prepared, run: (x, batch) => change(prepared.run(x, batch), batch) };
    },
  });
  await expect(checkMapping(changed((y) => y.map((value) => 1.001 * value)))).rejects.toThrow(
    'checkMapping: transposedConv2d: wanted of run what apply gives, got a difference of',
  );
  await expect(checkMapping(changed((y, batch) => y.map((value) => value * (1 + 2 ** -22 * batch))))).rejects.toThrow(
    'input 0 gives something else alone than in a batch of 3',
  );
});

it('transposedConv2d says what it wanted', async () => {
  const params = upsampler.init({ uniform: Math.random } as never);
  expect(() => upsampler.apply(params, tf.zeros([1, 2, 3, 4]))).toThrow('wanted [B,3,2,4], got [1,2,3,4]');
  const prepared = upsampler.prepare({ weights: new Float32Array(80), bias: new Float32Array(5) });
  expect(() => prepared.run(new Float32Array(23), 1)).toThrow('transposedConv2d: wanted 24 values, got 23');
  prepared.dispose();
  expect(() => prepared.run(new Float32Array(24), 1)).toThrow('wanted its weights to run, got a call after dispose');
});
