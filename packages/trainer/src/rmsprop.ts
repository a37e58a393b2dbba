import { OPTIMIZER_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { fusedUpdate } from './fused-update.ts';
import { DECAY, numberOptions, POSITIVE } from './number-options.ts';
import type { Optimizer } from './optimizer.ts';

/** Constants of {@link rmsprop}. */
export interface RmspropOptions {
  readonly learningRate: number;
  /** Decay of the mean of the squared gradients. */
  readonly decay: number;
  /** Added to the root, outside of it. */
  readonly epsilon: number;
}

/** Decay and ε of Torch's `optim.rmsprop`. */
export const RMSPROP_DEFAULTS: RmspropOptions = { learningRate: 1e-3, decay: 0.99, epsilon: 1e-8 };

const RULES = { learningRate: POSITIVE, decay: DECAY, epsilon: POSITIVE };

/**
 * RMSProp (Tieleman & Hinton 2012, lecture 6e), the optimizer of the PixelRNN paper (§5.1):
 *
 *     s ← ρ s + (1 − ρ) g²           θ ← θ − α · g / (√s + ε)
 *
 * The paper gives neither rates nor constants ("schedules were manually set"); the defaults are those of Torch's `optim.rmsprop`,
 * which it was trained with, with ε outside the root as there (TensorFlow.js puts it inside).
 */
export function rmsprop(options: Partial<RmspropOptions> = {}): Optimizer {
  const config = numberOptions('rmsprop', options, RULES, RMSPROP_DEFAULTS);
  const { learningRate, decay, epsilon } = config;
  return {
    name: 'rmsprop',
    config,
    learningRate,
    init: (params) => ({ square: tf.zerosLike(params) }),

    update({ params, gradients, state: { square }, learningRate: rate }) {
      const fused = fusedUpdate(OPTIMIZER_KERNELS.rmsprop, { params, gradients, square }, { rate, decay, epsilon });
      if (fused) return { params: fused[0], state: { square: fused[1] } };
      return tf.tidy(() => {
        const s = tf.add(tf.mul(square, decay), tf.mul(tf.square(gradients), 1 - decay)) as tf.Tensor1D;
        const moved = tf.sub(params, tf.mul(tf.div(gradients, tf.add(tf.sqrt(s), epsilon)), rate)) as tf.Tensor1D;
        return { params: moved, state: { square: s } };
      });
    },
  };
}
