import * as tf from '@tensorflow/tfjs-core';

/** A map with zeros below and to the right, up to whole blocks of s×s pixels; then each block as one pixel: [B, H, W, C] → [B, ⌈H/s⌉, ⌈W/s⌉, s·s·C]. */
export function toBlocks(x: tf.Tensor4D, s: number): tf.Tensor4D {
  if (s === 1) return x;
  const [batch, height, width, channels] = x.shape;
  const [rows, columns] = [Math.ceil(height / s), Math.ceil(width / s)];
  const whole = tf.pad(x, [
    [0, 0],
    [0, rows * s - height],
    [0, columns * s - width],
    [0, 0],
  ]);
  return tf.reshape(swapped(whole, batch * rows, s, columns, s * channels), [batch, rows, columns, s * s * channels]);
}

/** The middle two of four axes in the other order: [n, a, b, m] → [n, b, a, m]. */
export const swapped = (x: tf.Tensor, n: number, a: number, b: number, m: number): tf.Tensor4D =>
  tf.transpose(tf.reshape(x, [n, a, b, m]) as tf.Tensor4D, [0, 2, 1, 3]);
