import { floats, floatsOf, kernels } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { concatElu } from './concat-elu.ts';

const VALUES = [1, -2, 0, 30, -100, 0.001];
const elu = (x: number) => (x > 0 ? x : Math.expm1(x));
/** Two pixels of three channels. */
const WANTED = [...[1, -2, 0, -1, 2, 0], ...[30, -100, 0.001, -30, 100, -0.001]].map(elu);

it('is elu(x) and elu(−x), pixel by pixel, in both forms', () => {
  const y = floats(12);
  kernels().concatElu(floatsOf(VALUES).pointer, y.pointer, 2, 3);
  for (const values of [concatElu(tf.tensor4d(VALUES, [1, 1, 2, 3])).dataSync(), y.array])
    WANTED.forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 5);
    });
});
