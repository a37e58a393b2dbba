import { fusedOp, type Taps } from '@pixelrnn/core';
import { FUSED_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { POINTWISE } from '../convolution/linear-map.ts';
import { maskedConv2dOp } from '../convolution/masked-conv2d-op.ts';

/** Maps, weights with their masks applied, and optional class biases [B, 2P]: see {@link gatedConv2d}. */
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

/** Both stacks in the operations that they consist of, with taps of any shape: the first layer, and what {@link gatedLayerOp} computes. */
export function bothStacks(inputs: GatedInputs, taps: StackTaps, residual: boolean): GatedOutputs {
  const { xh, xv, wv, bv, wl, wh, bh, wo, bo, cv, ch } = inputs;
  const noBias = tf.zerosLike(bh);
  const v = plusClass(maskedConv2dOp({ x: xv, w: wv, b: bv }, { ...taps.vertical, relu: false }), cv);
  const link = maskedConv2dOp({ x: v, w: wl, b: noBias }, { ...POINTWISE, relu: false });
  const u = plusClass(maskedConv2dOp({ x: xh, w: wh, b: bh, residual: link }, { ...taps.horizontal, relu: false }), ch);
  const yh = maskedConv2dOp(
    { x: gate(u), w: wo, b: bo, residual: residual ? xh : undefined },
    { ...POINTWISE, relu: false },
  );
  return { yh, yv: gate(v) };
}

/** tanh(z_f) ⊙ σ(z_g): [B, H, W, 2P] → [B, H, W, P] (Gated PixelCNN eq. 2). */
const gateOp = fusedOp(FUSED_KERNELS.gate, ({ z }: { z: tf.Tensor4D }): tf.Tensor4D => {
  const [features, gates] = tf.split(z, 2, 3);
  return tf.mul(tf.tanh(features), tf.sigmoid(gates));
});
const gate = (z: tf.Tensor4D): tf.Tensor4D => gateOp({ z }, {});

const plusClass = (x: tf.Tensor4D, bias: tf.Tensor2D | undefined): tf.Tensor4D =>
  bias === undefined ? x : tf.add(x, tf.reshape(bias, [bias.shape[0], 1, 1, bias.shape[1]]));
