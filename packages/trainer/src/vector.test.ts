import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { flatten, shapesOf, unflatten } from './vector.ts';

const params = () => ({ a: { weights: tf.tensor2d([1, 2, 3, 4], [2, 2]) }, b: tf.scalar(5) });

describe('flatten and unflatten', () => {
  it('are inverse', () => {
    const tree = params();
    const vector = flatten(tree);
    expect([...vector.dataSync()]).toEqual([1, 2, 3, 4, 5]);
    const again = unflatten(vector, shapesOf(tree)) as typeof tree;
    expect(again.a.weights.shape).toEqual([2, 2]);
    expect(again.b.shape).toEqual([]);
    expect([...again.a.weights.dataSync(), ...again.b.dataSync()]).toEqual([1, 2, 3, 4, 5]);
  });

  it('leave nothing behind outside a tidy but what they give', () => {
    const tree = params();
    const before = tf.memory().numTensors;
    const vector = flatten(tree);
    const again = unflatten(vector, shapesOf(tree));
    expect(tf.memory().numTensors).toBe(before + 1 + 2);
    tf.dispose([vector, again] as tf.TensorContainer);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('let gradients through, 0 for a parameter that is not used', () => {
    const tree = params();
    const shapes = shapesOf(tree);
    const loss = (vector: tf.Tensor) =>
      tf.sum(tf.square((unflatten(vector as tf.Tensor1D, shapes) as typeof tree).a.weights));
    expect([...tf.grad(loss)(flatten(tree)).dataSync()]).toEqual([2, 4, 6, 8, 0]);
  });

  it('refuse a vector of another size', () => {
    expect(() => unflatten(tf.tensor1d([1, 2]), shapesOf(params()))).toThrow('wanted a vector of 5 values, got 2');
  });
});
