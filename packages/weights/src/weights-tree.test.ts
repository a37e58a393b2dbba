import { leaves, mapTree, type Params, rng } from '@pixelrnn/core';
import { createModel, PRESETS } from '@pixelrnn/models';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { weightsTree } from './weights-tree.ts';

const array = (...values: number[]) => ({ shape: [values.length], values: new Float32Array(values) });

it('turns paths into branches', () => {
  const [weights, bias, scale] = [array(1, 2), array(3), array(4)];
  const tree = weightsTree(new Map(Object.entries({ 'stem/weights': weights, 'stem/bias': bias, scale })));
  expect(tree).toEqual({ stem: { weights: weights.values, bias: bias.values }, scale: scale.values });
});

it('makes an ordinary name of one that objects know', () => {
  const tree = weightsTree(new Map(Object.entries({ '__proto__/polluted': array(1) })));
  expect(Object.keys(tree)).toEqual(['__proto__']);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

it('refuses a name that is an array and a branch', () => {
  const tensors = new Map([
    ['stem', array(1)],
    ['stem/bias', array(2)],
  ]);
  expect(() => weightsTree(tensors)).toThrow('stem is both an array and a branch');
});

it.each(['quickstart', 'mnist-row-lstm', 'mnist-gated-pixel-cnn-classes'] as const)('is the tree of %s', (name) => {
  const params = tf.tidy(() =>
    mapTree(createModel(PRESETS[name].config).init(rng(1)) as Params, (tensor) => tensor.shape),
  );
  const tensors = leaves<number[]>(params).map(
    ([path, shape]) => [path, { shape, values: new Float32Array(1) }] as const,
  );
  expect(mapTree(weightsTree(new Map(tensors)), () => 0)).toEqual(mapTree(params, () => 0));
});
