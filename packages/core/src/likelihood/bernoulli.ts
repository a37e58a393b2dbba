import { type Floats, FUSED_KERNELS, floats, kernels } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { fusedOp } from '../fused-op.ts';
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
  let block: Floats | undefined;
  return {
    name: 'bernoulli',
    config: {},
    channels: 1,
    levels: 2,
    parameterChannels: 1,
    parameterGroups: [0],

    logProb(parameters, images) {
      return tf.tidy(() => {
        const nats = bernoulliCrossEntropy(
          { logits: tf.reshape(parameters, [-1]), targets: tf.reshape(images, [-1]) },
          {},
        );
        return tf.neg(tf.sum(tf.reshape(nats, [images.shape[0], -1]), 1)) as tf.Tensor1D;
      });
    },

    pmf(parameters, _channel, _pixel, temperature = 1) {
      const z = parameters[0] / temperature; // before the first allocation, which may detach a view of the kernels' memory
      block ??= floats(2);
      block.set([-z, z]);
      kernels().sigmoid(block.pointer, block.pointer, 2);
      result.set(block.array);
      return result;
    },
  };
}
