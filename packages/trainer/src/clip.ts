import { PARAMETER_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';

/** Limits of the gradient; none where left out. */
export interface ClipOptions {
  /** Largest Euclidean norm of the whole gradient: g · min(1, norm / ‖g‖). */
  readonly norm?: number;
  /** Largest magnitude of each element; applied first. */
  readonly value?: number;
}

/**
 * ‖g‖₂ of the whole gradient; in one kernel where the backend has it. Else summed along the rows of a square first: TensorFlow sums a
 * long vector in as many parts as it has threads, and with the last bits of the norm those of every clipped step would depend on them.
 */
export function globalNorm(gradients: tf.Tensor1D): tf.Scalar {
  if (tf.getKernel(PARAMETER_KERNELS.norm, tf.getBackend()) != null) {
    const [norm] = tf.engine().runKernel(PARAMETER_KERNELS.norm, { vector: gradients }) as [tf.Scalar];
    return norm;
  }
  return tf.tidy(() => {
    const side = Math.ceil(Math.sqrt(gradients.size));
    const padded = tf.pad(tf.square(gradients), [[0, side * side - gradients.size]]);
    return tf.sqrt(tf.sum(tf.sum(tf.reshape(padded, [side, side]), 1))) as tf.Scalar;
  });
}

/** Limits the gradient vector. Also gives its norm before clipping, which is worth watching. */
export function clipGradients(
  gradients: tf.Tensor1D,
  { norm, value }: ClipOptions = {},
): { gradients: tf.Tensor1D; norm: tf.Scalar } {
  return tf.tidy(() => {
    const before = globalNorm(gradients);
    let clipped = value === undefined ? tf.clone(gradients) : tf.clipByValue(gradients, -value, value);
    if (norm !== undefined) {
      const current = value === undefined ? before : globalNorm(clipped);
      clipped = tf.mul(clipped, tf.minimum(1, tf.div(norm, current))) as tf.Tensor1D;
    }
    return { gradients: clipped, norm: before };
  });
}
