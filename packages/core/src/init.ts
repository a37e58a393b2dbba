import * as tf from '@tensorflow/tfjs-core';
import type { Rng } from './rng.ts';
import { sizeOf } from './size-of.ts';

/**
 * Uniform on ±√(3 / fanIn): variance 1 / fanIn, so that a linear layer keeps the variance of its input (LeCun et al., "Efficient
 * BackProp", 1998). The papers do not give their initialization.
 */
export function uniformInit(rng: Rng, shape: readonly number[], fanIn: number): tf.Tensor {
  const bound = Math.sqrt(3 / fanIn);
  const values = Float32Array.from({ length: sizeOf(shape) }, () => bound * (2 * rng.uniform() - 1));
  return tf.tensor(values, [...shape]);
}
