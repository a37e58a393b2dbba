import { fusedOp } from '@pixelrnn/core';
import { FUSED_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';

const concatEluOp = fusedOp(
  FUSED_KERNELS.concatElu,
  ({ x }: { x: tf.Tensor4D }): tf.Tensor4D => tf.elu(tf.concat([x, tf.neg(x)], 3)),
);

/** elu of x and of −x, side by side: [B, H, W, C] → [B, H, W, 2C]. elu(x) = x for x > 0, else eˣ − 1. */
export const concatElu = (x: tf.Tensor4D): tf.Tensor4D => concatEluOp({ x }, {});
