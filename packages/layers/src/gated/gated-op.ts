import { fusedOp, type Taps } from '@pixelrnn/core';
import { FUSED_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { POINTWISE } from '../convolution/linear-map.ts';
import { maskedConv2dOp } from '../convolution/masked-conv2d-op.ts';

/** Weights with their masks applied, and optional class biases [B, 2P]: see {@link gatedConv2d}. */
export type GatedInputs = {
  /** [here | above] along the channels: [B, H, W, 2P]; in the first layer the image. */
  x: tf.Tensor4D;
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

interface StackTaps {
  readonly vertical: Taps;
  readonly horizontal: Taps;
}

/** Both stacks of a later layer as one operation: x → [B, H, W, 2P] = [here' | above']. */
export const gatedLayerOp = fusedOp(
  FUSED_KERNELS.gatedLayer,
  (inputs: GatedInputs, { size, residual }: { size: number; residual: boolean }): tf.Tensor4D => {
    const half = (size - 1) / 2;
    const vertical = { rows: half + 1, width: size, last: size };
    const horizontal = { rows: 1, width: size, last: half + 1 };
    const [here, above] = tf.split(inputs.x, 2, 3) as tf.Tensor4D[];
    return bothStacks({ ...inputs, here, above }, { vertical, horizontal }, residual);
  },
);

/** The first layer: both stacks read the image, and nothing is added to the result. */
export const firstGatedLayer = (inputs: GatedInputs, taps: StackTaps): tf.Tensor4D =>
  tf.tidy(() => bothStacks({ ...inputs, here: inputs.x, above: inputs.x }, taps, false));

type Stacks = Omit<GatedInputs, 'x'> & { here: tf.Tensor4D; above: tf.Tensor4D };

function bothStacks(inputs: Stacks, taps: StackTaps, residual: boolean): tf.Tensor4D {
  const { here, above, wv, bv, wl, wh, bh, wo, bo, cv, ch } = inputs;
  const noBias = tf.zerosLike(bh);
  const v = plusClass(maskedConv2dOp({ x: above, w: wv, b: bv }, { ...taps.vertical, relu: false }), cv);
  const link = maskedConv2dOp({ x: v, w: wl, b: noBias }, { ...POINTWISE, relu: false });
  const u = plusClass(
    maskedConv2dOp({ x: here, w: wh, b: bh, residual: link }, { ...taps.horizontal, relu: false }),
    ch,
  );
  const hereOut = maskedConv2dOp(
    { x: gate(u), w: wo, b: bo, residual: residual ? here : undefined },
    { ...POINTWISE, relu: false },
  );
  return tf.concat([hereOut, gate(v)], 3);
}

/** tanh(z_f) ⊙ σ(z_g): [B, H, W, 2P] → [B, H, W, P] (Gated PixelCNN eq. 2). */
const gateOp = fusedOp(FUSED_KERNELS.gate, ({ z }: { z: tf.Tensor4D }): tf.Tensor4D => {
  const [features, gates] = tf.split(z, 2, 3);
  return tf.mul(tf.tanh(features), tf.sigmoid(gates));
});
const gate = (z: tf.Tensor4D): tf.Tensor4D => gateOp({ z }, {});

const plusClass = (x: tf.Tensor4D, bias: tf.Tensor2D | undefined): tf.Tensor4D =>
  bias === undefined ? x : tf.add(x, tf.reshape(bias, [bias.shape[0], 1, 1, bias.shape[1]]));
