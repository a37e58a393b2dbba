import { PARAMETER_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { nativeTensorflow } from './native.fixture.ts';

const native = await nativeTensorflow();
afterAll(() => tf.setBackend('cpu'));

const { unflatten, flatten, norm } = PARAMETER_KERNELS;
const run = <T>(name: string, inputs: Record<string, tf.Tensor>, shapes?: number[][]) =>
  tf.engine().runKernel(name, inputs, shapes && { shapes }) as T;

describe.skipIf('absent' in native)(
  `native parameters${'absent' in native ? `: skipped, ${native.absent}` : ''}`,
  () => {
    const addon = 'addon' in native ? native.addon : undefined!;
    const vector = () => tf.tensor1d([1, 2, 3, 4, 5, 6, 7]);
    const shapes = [[2, 1, 2], [], [2]];

    it('cuts a vector into tensors, and lays them end to end again', () => {
      const pieces = run<tf.Tensor[]>(unflatten, { vector: vector() }, shapes);
      expect(pieces.map(({ shape }) => shape)).toEqual(shapes);
      expect(pieces.map((piece) => [...piece.dataSync()])).toEqual([[1, 2, 3, 4], [5], [6, 7]]);
      const again = run<tf.Tensor>(flatten, Object.fromEntries(Object.entries(pieces)));
      expect([...again.dataSync()]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    it('has the norm of a vector, the same bits on 1 and 2 threads', () => {
      const long = tf.randomNormal([20_011], 0, 1, 'float32', 7);
      const normOf = (vector: tf.Tensor) => run<[tf.Scalar]>(norm, { vector })[0].dataSync()[0];
      expect(normOf(tf.tensor1d([3, 4]))).toBe(5);
      addon.setThreads(1);
      const once = normOf(long);
      expect(once).toBeCloseTo(Math.hypot(...long.dataSync()), 3);
      addon.setThreads(2);
      expect(normOf(long)).toBe(once);
      addon.setThreads(1);
    });

    it('leaves no tensor but its results', () => {
      const from = vector();
      const before = tf.memory().numTensors;
      tf.dispose(run<tf.Tensor[]>(unflatten, { vector: from }, shapes));
      expect(tf.memory().numTensors).toBe(before);
    });

    it.each([
      [[[2, 1, 2], [], [3]], 'vector is shorter than its pieces'],
      [[[2, 1, 2], []], 'vector is longer than its pieces'],
    ])('refuses shapes %j', (wrong, message) => {
      expect(() => run(unflatten, { vector: vector() }, wrong)).toThrow(`PixelrnnUnflatten: ${message}`);
    });
  },
);
