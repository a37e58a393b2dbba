import * as tf from '@tensorflow/tfjs-core';

/**
 * A tensor of fixed values that is made once for each backend, at its first use, and kept.
 * @param make called at most once for each backend
 */
export function constant<T extends tf.Tensor>(make: () => T): () => T {
  const made = new WeakMap<object, T>();
  return () => {
    const backend = tf.backend();
    let tensor = made.get(backend);
    if (tensor === undefined) {
      tensor = tf.keep(make());
      made.set(backend, tensor);
    }
    return tensor;
  };
}
