import { fusedOp } from '@pixelrnn/core';
import { type Floats, FUSED_KERNELS, kernels } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';

const concatEluOp = fusedOp(
  FUSED_KERNELS.concatElu,
  ({ x }: { x: tf.Tensor4D }): tf.Tensor4D => tf.elu(tf.concat([x, tf.neg(x)], 3)),
);

/** elu of x and of −x, side by side: [B, H, W, C] → [B, H, W, 2C]. elu(x) = x for x > 0, else eˣ − 1. */
export const concatElu = (x: tf.Tensor4D): tf.Tensor4D => concatEluOp({ x }, {});

/** The same in the kernels' memory: [n, C] → [n, 2C]. */
export function concatEluHost(x: Floats, y: Floats, channels: number): void {
  const [from, to] = [x.array, y.array];
  const each = (set: (value: number, plus: number, minus: number) => void) => {
    for (let i = 0; i < from.length; i++) {
      const plus = i + Math.floor(i / channels) * channels;
      set(from[i], plus, plus + channels);
    }
  };
  each((value, plus, minus) => {
    to[plus] = Math.min(value, 0);
    to[minus] = Math.min(-value, 0);
  });
  kernels().exp(y.pointer, y.pointer, y.length);
  each((value, plus, minus) => {
    to[plus] = value > 0 ? value : to[plus] - 1;
    to[minus] = value < 0 ? -value : to[minus] - 1;
  });
}
