import * as tf from '@tensorflow/tfjs-core';

/** The gradients of a scalar function; zero, rather than an error, for what it does not depend on. The caller disposes them. */
export function gradientsOf<T extends tf.Tensor>(f: (xs: T[]) => tf.Tensor, xs: T[]): tf.Tensor[] {
  const connected = (...args: tf.Tensor[]) =>
    args.reduce((sum, x) => tf.add(sum, tf.mul(0, tf.sum(x))), f(args as T[])) as tf.Scalar;
  return tf.grads(connected)(xs);
}
