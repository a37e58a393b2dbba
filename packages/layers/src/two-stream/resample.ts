import { POINTWISE, type Taps } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { maskedConv2dOp } from '../convolution/masked-conv2d-op.ts';

/**
 * The shifted convolutions of PixelCNN++ at stride 2, and their transposes, with kernels of 2 rows and 2 or 3 columns. Both put an even
 * kernel where it cannot see ahead; padding `same` would put the odd row below and the odd column to the right. Shapes are cut so that a
 * map of 2H×2W becomes one of H×W and back.
 */
export type Resample = (x: tf.Tensor4D, weights: tf.Tensor3D, bias: tf.Tensor1D, taps: Taps) => tf.Tensor4D;

/**
 * Stride 2: output (r, c) reads rows 2r − 1 and 2r, and columns 2c − 1 … 2c + width − 2.
 * [B, 2H, 2W, Ci] with weights [2·width, Ci, Co] and a bias [Co] → [B, H, W, Co]
 */
export const halved: Resample = (x, weights, bias, { width }) => {
  const [batch, height, columns, inputs] = x.shape;
  const below = tf.pad(x, [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 0],
  ]);
  const shifted = tf.slice(below, [0, 0, 0, 0], [batch, height, columns + 2, inputs]); // at (r, c) stands (r − 1, c − 1)
  const pairs = tf.reshape(shifted, [(batch * height) / 2, 2, columns / 2 + 1, 2 * inputs]);
  const all = [(batch * height) / 2, 2, columns / 2] as const;
  const two = tf.slice(pairs, [0, 0, 0, 0], [...all, 2 * inputs]);
  const third = () => tf.slice(pairs, [0, 0, 1, 0], [...all, inputs]);
  const window = width === 2 ? two : tf.concat([two, third()], 3); // [B·H, 2, W, width·Ci]
  const patches = tf.transpose(window, [0, 2, 1, 3]); // [B·H, W, 2, width·Ci]
  const seen = tf.reshape(patches, [batch, height / 2, columns / 2, 2 * width * inputs]) as tf.Tensor4D;
  return maskedConv2dOp({ x: seen, w: weights, b: bias }, { ...POINTWISE, relu: false });
};

/**
 * The transpose: (r, c) writes rows 2r and 2r + 1, and columns 2c (width 2) or 2c − 1 (width 3) … 2c + 1.
 * [B, H, W, Ci] with weights [2·width, Ci, Co] and a bias [Co] → [B, 2H, 2W, Co]
 */
export const doubled: Resample = (x, weights, bias, { width }) => {
  const [batch, height, columns, inputs] = x.shape;
  const outputs = bias.size;
  const w = tf.reshape(tf.transpose(weights, [1, 0, 2]), [inputs, 2 * width * outputs]);
  const ofRow = tf.concat(width === 2 ? [bias, bias] : [tf.zerosLike(bias), bias, bias]); // each column's, once
  const product = maskedConv2dOp({ x, w, b: tf.concat([ofRow, ofRow]) }, { ...POINTWISE, relu: false });
  const apart = tf.reshape(product, [batch * height, columns, 2, width * outputs]);
  const rows = tf.transpose(apart, [0, 2, 1, 3]) as tf.Tensor4D; // [B·H, 2, W, width·Co]
  const pairs = width === 2 ? rows : overlapped(rows, outputs); // [B·H, 2, W, 2·Co]
  return tf.reshape(pairs, [batch, 2 * height, 2 * columns, outputs]) as tf.Tensor4D;
};

/** Of three columns that every pixel writes, the first belongs to the second of the pixel before. */
function overlapped(rows: tf.Tensor4D, outputs: number): tf.Tensor4D {
  const [count, two, columns] = rows.shape;
  const own = tf.slice(rows, [0, 0, 0, outputs], [count, two, columns, 2 * outputs]);
  if (columns === 1) return own;
  const ofNext = tf.slice(rows, [0, 0, 1, 0], [count, two, columns - 1, outputs]);
  const moved = tf.pad(ofNext, [
    [0, 0],
    [0, 0],
    [0, 1],
    [outputs, 0],
  ]);
  return tf.add(own, moved);
}
