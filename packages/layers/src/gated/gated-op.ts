import { fusedOp, POINTWISE, type Taps } from '@pixelrnn/core';
import { FUSED_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { biasedConv2d } from '../condition/condition.ts';
import { maskedConv2dOp } from '../convolution/masked-conv2d-op.ts';

/** Maps, weights with their masks applied, and optional biases of every image [B, 2P]: see {@link gatedConv2d}. */
export type GatedInputs = {
  /** `here` and `above`: [B, H, W, P]; in the first layer both are the image. */
  xh: tf.Tensor4D;
  xv: tf.Tensor4D;
  wv: tf.Tensor;
  bv: tf.Tensor1D;
  wl: tf.Tensor;
  wh: tf.Tensor;
  bh: tf.Tensor1D;
  wo: tf.Tensor;
  bo: tf.Tensor1D;
  cv?: tf.Tensor2D;
  ch?: tf.Tensor2D;
};

/** Biases of every pixel, [B, H, W, 2P]. */
export type PixelInputs = { readonly vertical?: tf.Tensor4D; readonly horizontal?: tf.Tensor4D };

/** `here'` and `above'`: [B, H, W, P]. */
export type GatedOutputs = { yh: tf.Tensor4D; yv: tf.Tensor4D };

interface StackTaps {
  readonly vertical: Taps;
  readonly horizontal: Taps;
}

/** Both stacks of a later layer as one operation. */
export const gatedLayerOp = fusedOp(
  FUSED_KERNELS.gatedLayer,
  (inputs: GatedInputs, { size, residual }: { size: number; residual: boolean }): GatedOutputs => {
    const half = (size - 1) / 2;
    const vertical = { rows: half + 1, width: size, last: size };
    const horizontal = { rows: 1, width: size, last: half + 1 };
    return bothStacks(inputs, { vertical, horizontal }, residual);
  },
);

/**
 * Both stacks in the operations that they consist of: what {@link gatedLayerOp} computes, and also with taps of any shape (the first
 * layer) and with biases of every pixel (a map), which the kernel does not know. They cost no operation: each rides along as a residual.
 */
export function bothStacks(
  inputs: GatedInputs,
  taps: StackTaps,
  residual: boolean,
  pixel: PixelInputs = {},
): GatedOutputs {
  const { xh, xv, wv, bv, wl, wh, bh, wo, bo, cv, ch } = inputs;
  const plain = { ...POINTWISE, relu: false };
  const ofV = { image: cv, pixel: pixel.vertical };
  const v = biasedConv2d({ x: xv, w: wv, b: bv }, { ...taps.vertical, relu: false }, ofV);
  const link = maskedConv2dOp({ x: v, w: wl, b: tf.zerosLike(bh), residual: pixel.horizontal }, plain);
  const ofU = { image: ch, pixel: link };
  const u = biasedConv2d({ x: xh, w: wh, b: bh }, { ...taps.horizontal, relu: false }, ofU);
  const yh = maskedConv2dOp({ x: gate(u), w: wo, b: bo, residual: residual ? xh : undefined }, plain);
  return { yh, yv: gate(v) };
}

/** tanh(z_f) ⊙ σ(z_g): [B, H, W, 2P] → [B, H, W, P] (Gated PixelCNN eq. 2). */
const gateOp = fusedOp(FUSED_KERNELS.gate, ({ z }: { z: tf.Tensor4D }): tf.Tensor4D => {
  const [features, gates] = tf.split(z, 2, 3);
  return tf.mul(tf.tanh(features), tf.sigmoid(gates));
});
const gate = (z: tf.Tensor4D): tf.Tensor4D => gateOp({ z }, {});
