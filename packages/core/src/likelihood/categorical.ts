import { FUSED_KERNELS, kernels, scratch } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { fusedOp } from '../fused-op.ts';
import { withDefaults } from '../options.ts';
import { levelsOf } from './levels-of.ts';
import type { Likelihood } from './likelihood.ts';

/**
 * −log p of each level under a softmax: log Σ_l exp(z_l) − z_label, in nats; logits [M, L], labels int32 [M] → [M].
 */
export const softmaxCrossEntropy = fusedOp(
  FUSED_KERNELS.softmaxCrossEntropy,
  ({ logits, labels }: { logits: tf.Tensor2D; labels: tf.Tensor1D }) => {
    const isLevel = tf.oneHot(labels, logits.shape[1]); // all zeros where the label is no level
    const picked = tf.div(tf.sum(tf.mul(logits, isLevel), 1), tf.sum(isLevel, 1)); // there 0 / 0: NaN, not a finite lie
    return tf.sub(tf.logSumExp(logits, 1), picked);
  },
);

export interface CategoricalOptions {
  /** Channels of the image: 1 grey, 3 RGB. */
  readonly channels: number;
  /** Levels of each sub-pixel. */
  readonly levels: number;
}

/** RGB images of 8 bits. */
export const CATEGORICAL_DEFAULTS: CategoricalOptions = { channels: 3, levels: 256 };

/** A label that is no level: the cross-entropy of it is NaN. */
const NO_LEVEL = -1;

/**
 * An L-way softmax for each sub-pixel (PixelRNN §2.2): outputs are C·L logits, channel by channel. The channels of a
 * pixel are tied by the network's colour groups, not here.
 */
export function categorical(options: Partial<CategoricalOptions> = {}): Likelihood {
  const { channels, levels } = withDefaults('categorical', options, CATEGORICAL_DEFAULTS, []);
  if (levels < 2) throw new Error(`categorical: wanted at least 2 levels, got ${levels}`);
  const size = channels * levels; // logits of a pixel
  let result = new Float32Array(levels);

  function pmfs(logits: Float32Array, channel: number, _pixels: Float32Array, temperature = 1): Float32Array {
    const count = logits.length / size;
    if (result.length !== count * levels) result = new Float32Array(count * levels);
    const block = scratch(logits.length + result.length);
    block.set(logits);
    const [x, y] = [block.at(channel * levels), block.at(logits.length)];
    kernels().softmax(x, size, y, levels, count, levels, 1 / temperature);
    result.set(block.array.subarray(logits.length, logits.length + result.length));
    return result;
  }

  return {
    name: 'categorical',
    config: { channels, levels },
    channels,
    levels,
    outputs: size,
    outputGroups: Array.from({ length: channels }, (_, channel) => new Array<number>(levels).fill(channel)).flat(),

    logProb(outputs, images) {
      return tf.tidy(() => {
        const logits = tf.reshape(outputs, [-1, levels]) as tf.Tensor2D; // [B·H·W·C, L]
        const labels = tf.cast(levelsOf(tf.reshape(images, [-1]), levels, NO_LEVEL), 'int32') as tf.Tensor1D;
        const nats = softmaxCrossEntropy({ logits, labels }, {});
        return tf.neg(tf.sum(tf.reshape(nats, [images.shape[0], -1]), 1)) as tf.Tensor1D;
      });
    },

    pmf: pmfs,
    pmfs,
  };
}
