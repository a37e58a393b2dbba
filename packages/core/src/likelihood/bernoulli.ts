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
  let result = new Float32Array(2);

  function pmfs(logits: Float32Array, _channel: number, _pixels: Float32Array, temperature = 1): Float32Array {
    const size = 2 * logits.length;
    if (result.length !== size) result = new Float32Array(size);
    for (let b = 0; b < logits.length; b++) {
      result[2 * b] = -logits[b] / temperature;
      result[2 * b + 1] = logits[b] / temperature;
    }
    const block = scratch(size);
    block.set(result);
    kernels().sigmoid(block.pointer, block.pointer, size);
    result.set(block.array.subarray(0, size));
    return result;
  }

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

    pmf: pmfs,
    pmfs,
  };
}
