import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { skew, unskew } from './skew.ts';

const ramp = (shape: [number, number, number, number]) =>
  tf.reshape(tf.range(1, 1 + shape.reduce((a, b) => a * b)), shape) as tf.Tensor4D;

it('C11: skews 3×3', () => {
  expect(skew(ramp([1, 3, 3, 1])).dataSync()).toEqual(new Float32Array([1, 2, 3, 0, 0, 0, 4, 5, 6, 0, 0, 0, 7, 8, 9]));
});

it('C11: unskew inverts skew for every shape', () => {
  const size = fc.integer({ min: 1, max: 7 });
  fc.assert(
    fc.property(size, size, size, size, (b, h, w, c) => {
      const x = ramp([b, h, w, c]);
      expect(skew(x).shape).toEqual([b, h, w + h - 1, c]);
      expect(unskew(skew(x)).dataSync()).toEqual(x.dataSync());
    }),
    { numRuns: 30 },
  );
});

it('rejects a map too narrow to be skewed', () => {
  expect(() => unskew(ramp([1, 4, 2, 1]))).toThrow('got 4×2');
});
