import { fusedOp, type Taps, tapCount } from '@pixelrnn/core';
import { FUSED_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';

export type ConvInputs = {
  /** [B, H, W, Cin] */
  readonly x: tf.Tensor4D;
  /** Visible taps only: [taps, Cin, Cout], or [taps·Cin, Cout]. */
  readonly w: tf.Tensor;
  /** [Cout] */
  readonly b: tf.Tensor1D;
  /** Added to the result: [B, H, W, Cout]. */
  readonly residual?: tf.Tensor4D;
};

/** The taps, and whether a ReLU is applied to the input. */
export type ConvAttributes = { rows: number; width: number; last: number; relu: boolean };

/**
 * A convolution over the visible taps of a causal kernel (see `Taps`), zero outside the image:
 * y(r, c) = b + Σ_taps w_tap · x(r + Δr, c + Δc)  (+ residual), with x = max(x, 0) first where `relu`.
 */
export const maskedConv2dOp = fusedOp(
  FUSED_KERNELS.maskedConv2d,
  ({ x, w, b, residual }: ConvInputs, { relu, ...taps }: ConvAttributes): tf.Tensor4D => {
    const input = relu ? tf.relu(x) : x;
    const matrix = tf.reshape(w, [-1, b.size]) as tf.Tensor2D;
    const hasFilterGradient = tf.getKernel('Conv2DBackpropFilter', tf.getBackend()) != null;
    const y: tf.Tensor4D = tf.add((hasFilterGradient ? croppedConvolution : tapProducts)(input, matrix, taps), b);
    return residual === undefined ? y : tf.add(y, residual);
  },
);

/** The library's convolution with the rows below the pixel cropped off: less work than masking the full kernel. */
function croppedConvolution(x: tf.Tensor4D, w: tf.Tensor2D, { rows, width, last }: Taps): tf.Tensor4D {
  const [inputs, outputs] = [x.shape[3], w.shape[1]];
  if (rows === 1 && width === 1) return tf.conv2d(x, tf.reshape(w, [1, 1, inputs, outputs]) as tf.Tensor4D, 1, 'valid');
  const missing = (width - last) * inputs;
  const kernel = tf.reshape(
    tf.pad(w, [
      [0, missing],
      [0, 0],
    ]),
    [rows, width, inputs, outputs],
  ) as tf.Tensor4D;
  return tf.conv2d(padded(x, rows, width), kernel, 1, 'valid');
}

/** The same as matrix products, for backends without a gradient of the filter (wasm): every pixel's taps side by side, times w. */
function tapProducts(x: tf.Tensor4D, w: tf.Tensor2D, taps: Taps): tf.Tensor4D {
  const [batch, height, width, inputs] = x.shape;
  const shifted = padded(x, taps.rows, taps.width);
  const columns = Array.from({ length: tapCount(taps) }, (_, tap) => {
    const [row, column] = [Math.floor(tap / taps.width), tap % taps.width];
    return tf.slice(shifted, [0, row, column, 0], [batch, height, width, inputs]);
  });
  const neighbours = columns.length === 1 ? columns[0] : tf.concat(columns, 3); // [B, H, W, taps·Cin]
  const product = tf.matMul(tf.reshape(neighbours, [-1, w.shape[0]]), w);
  return tf.reshape(product, [batch, height, width, w.shape[1]]) as tf.Tensor4D;
}

/** Zeros above and on both sides, so that output (r, c) reads rows r … r+rows−1 and columns c … c+width−1. */
function padded(x: tf.Tensor4D, rows: number, width: number): tf.Tensor4D {
  if (rows === 1 && width === 1) return x;
  const left = Math.floor(width / 2);
  return tf.pad(x, [
    [0, 0],
    [rows - 1, 0],
    [left, width - 1 - left],
    [0, 0],
  ]);
}
