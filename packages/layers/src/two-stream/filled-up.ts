import * as tf from '@tensorflow/tfjs-core';

/** A side, up to the next multiple of 2^(scales−1). */
export const filledUpSide = (side: number, scales: number): number => {
  const multiple = 2 ** (scales - 1);
  return multiple * Math.ceil(side / multiple);
};

/** A map with zeros below and to the right, so that its sides can be halved for every scale but the first. */
export function filledUp(map: tf.Tensor4D, scales: number): tf.Tensor4D {
  const [, height, width] = map.shape;
  const [below, right] = [height, width].map((side) => filledUpSide(side, scales) - side);
  if (below === 0 && right === 0) return map;
  return tf.pad(map, [[0, 0], [0, below], [0, right], [0, 0]]); // biome-ignore format: one row
}
