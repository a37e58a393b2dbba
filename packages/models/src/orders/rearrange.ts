import type { PixelOrder } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/** Images or maps whose raster order is the given order of the originals, one for each of them: [B, H, W, C] → [B, H, W, C]. */
export const rearranged = (images: tf.Tensor4D, order: PixelOrder): tf.Tensor4D =>
  tf.tidy(() => {
    const [batch, height, width, channels] = images.shape;
    const pixels = height * width;
    const rows = Int32Array.from(order, (pixel, n) => pixel + Math.floor(n / pixels) * pixels);
    const flat = tf.reshape(images, [batch * pixels, channels]);
    return tf.reshape(tf.gather(flat, tf.tensor1d(rows, 'int32')), images.shape);
  });

/** The same of typed arrays. */
export function rearrangedOnHost(images: Float32Array, order: PixelOrder, pixels: number): Float32Array {
  const channels = images.length / order.length;
  const result = new Float32Array(images.length);
  order.forEach((pixel, n) => {
    const from = (Math.floor(n / pixels) * pixels + pixel) * channels;
    result.set(images.subarray(from, from + channels), n * channels);
  });
  return result;
}
