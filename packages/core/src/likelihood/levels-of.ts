import * as tf from '@tensorflow/tfjs-core';

/** The values of images where they are levels 0 … L−1, and `otherwise` where they are not: between two levels, or outside. */
export function levelsOf(images: tf.Tensor, levels: number, otherwise: number): tf.Tensor {
  const nearest = tf.clipByValue(tf.round(images), 0, levels - 1);
  return tf.where(tf.equal(nearest, images), images, otherwise);
}
