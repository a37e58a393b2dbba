import { fusedOp, POINTWISE } from '@pixelrnn/core';
import { FUSED_KERNELS } from '@pixelrnn/kernels';
import type * as tf from '@tensorflow/tfjs-core';
import { biasedConv2d } from '../condition/condition.ts';
import { maskedConv2dOp } from '../convolution/masked-conv2d-op.ts';
import { lstmScan } from './scan.ts';
import type { ScanKind } from './waves.ts';

export type LstmLayerInputs = {
  /** [B, H, W, Cin] */
  x: tf.Tensor4D;
  /** Input-to-state [taps, Cin, D·4h], [D·4h]. */
  wi: tf.Tensor;
  bi: tf.Tensor1D;
  /** State-to-state [D, T, h, 4h]. */
  ws: tf.Tensor4D;
  /** Learned initial state [D, h]. */
  h0: tf.Tensor2D;
  c0: tf.Tensor2D;
  /** Output projection [1, h, Cout], [Cout]. */
  wo: tf.Tensor;
  bo: tf.Tensor1D;
  /** Biases of every image, added to `bi`: [B, D·4h]. */
  ci?: tf.Tensor2D;
};

type LstmLayerAttributes = { kind: ScanKind; residual: boolean };

/** Taps of the input-to-state convolution: the pixel alone (diagonal), or the left neighbour and the pixel (row). */
export const INPUT_TAPS = { diagonal: POINTWISE, row: { rows: 1, width: 3, last: 2 } } as const;

/** A whole LSTM layer as one operation: input-to-state, scan, sum of the directions, output projection, residual. */
export const lstmLayerOp = fusedOp(
  FUSED_KERNELS.lstmLayer,
  (inputs: LstmLayerInputs, attributes: LstmLayerAttributes): tf.Tensor4D => lstmSteps(inputs, attributes),
);

/** The same in the operations that it consists of, also with biases of every pixel (a map), [B, H, W, D·4h], which the kernel does not know. */
export function lstmSteps(
  { x, wi, bi, ws, h0, c0, wo, bo, ci }: LstmLayerInputs,
  { kind, residual }: LstmLayerAttributes,
  pixel?: tf.Tensor4D,
): tf.Tensor4D {
  const gates = biasedConv2d({ x, w: wi, b: bi }, { ...INPUT_TAPS[kind], relu: false }, { image: ci, pixel });
  const hidden = lstmScan({ x: gates, w: ws, h0, c0 }, { kind, merge: true });
  return maskedConv2dOp({ x: hidden, w: wo, b: bo, residual: residual ? x : undefined }, { ...POINTWISE, relu: false });
}
