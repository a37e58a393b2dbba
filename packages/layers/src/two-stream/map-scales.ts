import type { Frame } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { filledUp } from './filled-up.ts';

/**
 * A map that all resolutions are conditioned on, at each of them: at scale s the mean of every block of 2ˢ × 2ˢ pixels, with zeros for what
 * lies below or to the right of the image. So all of it is heard at the full resolution, and its coarser parts at the coarser ones.
 */
export function mapScales(map: tf.Tensor4D, scales: number): readonly tf.Tensor4D[] {
  const all = [filledUp(map, scales)];
  while (all.length < scales) all.push(halvedMap(all[all.length - 1]));
  return all;
}

function halvedMap(map: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = map.shape;
  const rows = tf.mean(tf.reshape(map, [(batch * height) / 2, 2, width * channels]), 1);
  const columns = tf.mean(tf.reshape(rows, [(batch * height * width) / 4, 2, channels]), 1);
  return tf.reshape(columns, [batch, height / 2, width / 2, channels]);
}

/**
 * The same on typed arrays, at one scale.
 * @param whole the size of the map
 * @param at the size of the result, filled up with border
 */
export function mapAtScale(map: Float32Array, whole: Frame, scale: number, at: Frame): Float32Array {
  const channels = map.length / (whole.batch * whole.height * whole.width);
  const result = new Float32Array(at.batch * at.height * at.width * channels);
  for (let b = 0; b < whole.batch; b++)
    for (let r = 0; r < whole.height; r++)
      for (let c = 0; c < whole.width; c++) {
        const from = ((b * whole.height + r) * whole.width + c) * channels;
        const to = ((b * at.height + (r >> scale)) * at.width + (c >> scale)) * channels;
        for (let k = 0; k < channels; k++) result[to + k] += map[from + k] / 4 ** scale;
      }
  return result;
}
