import { FUSED_KERNELS, kernels, scratch } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { fusedOp } from '../fused-op.ts';
import { levelsOf } from './levels-of.ts';
import type { Likelihood } from './likelihood.ts';

/**
 * −log p of each binary value x under logit z: softplus(z) − z·x, in nats; [M], [M] → [M].
 * Finite for every finite z, unlike −log σ(z).
 */
export const bernoulliCrossEntropy = fusedOp(
  FUSED_KERNELS.bernoulliCrossEntropy,
  ({ logits, targets }: { logits: tf.Tensor; targets: tf.Tensor }) =>
    tf.sub(tf.softplus(logits), tf.mul(logits, targets)),
);

/**
 * Binary images, one channel: p(x = 1) = σ(z), one logit per pixel. The likelihood of binarized MNIST (PixelRNN §5.1).
 */
export function bernoulli(): Likelihood {
  const result = new Float32Array(2);
  return {
    name: 'bernoulli',
    config: {},
    channels: 1,
    levels: 2,
    outputs: 1,
    outputGroups: [0],

    logProb(outputs, images) {
      return tf.tidy(() => {
        const targets = levelsOf(tf.reshape(images, [-1]), 2, Number.NaN);
        const nats = bernoulliCrossEntropy({ logits: tf.reshape(outputs, [-1]), targets }, {});
        return tf.neg(tf.sum(tf.reshape(nats, [images.shape[0], -1]), 1)) as tf.Tensor1D;
      });
    },

    pmf(outputs, _channel, _pixel, temperature = 1) {
      const z = outputs[0] / temperature;
      const block = scratch(2);
      block.set([-z, z]);
      kernels().sigmoid(block.pointer, block.pointer, 2);
      result.set(block.array.subarray(0, 2));
      return result;
    },
  };
}
