import { OPTIMIZER_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { fusedUpdate } from './fused-update.ts';
import { DECAY, type NumberRule, numberOptions, POSITIVE } from './number-options.ts';
import type { Optimizer } from './optimizer.ts';

/** Constants of {@link adam}. */
export interface AdamOptions {
  readonly learningRate: number;
  /** Decay of the mean of the gradients. */
  readonly beta1: number;
  /** Decay of the mean of their squares. */
  readonly beta2: number;
  /** Added to the root, outside of it. */
  readonly epsilon: number;
}

/** Those of the paper (Algorithm 1). */
export const ADAM_DEFAULTS: AdamOptions = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Which numbers they may be. */
export const ADAM_RULES: { readonly [K in keyof AdamOptions]: NumberRule } = {
  learningRate: POSITIVE,
  beta1: DECAY,
  beta2: DECAY,
  epsilon: POSITIVE,
};

/**
 * Adam (Kingma & Ba 2015, Algorithm 1), with t = 1, 2, …:
 *
 *     m ← β₁ m + (1 − β₁) g          v ← β₂ v + (1 − β₂) g²
 *     θ ← θ − α · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
 *
 * ε stands outside the root and after the bias correction, as in the algorithm; the authors' shortcut (end of their §2) and
 * TensorFlow.js put it before the correction, PixelCNN++ inside the root. A parameter whose gradient is always 0 never moves.
 */
export function adam(options: Partial<AdamOptions> = {}): Optimizer {
  const config = numberOptions('adam', options, ADAM_RULES, ADAM_DEFAULTS);
  const { learningRate, beta1, beta2, epsilon } = config;
  return {
    name: 'adam',
    config,
    learningRate,
    init: (params) => ({ mean: tf.zerosLike(params), square: tf.zerosLike(params) }),

    update({ params, gradients, state: { mean, square }, step, learningRate }) {
      // α m̂ / (√v̂ + ε) with the corrections folded into two scalars.
      const rate = learningRate / (1 - beta1 ** (step + 1));
      const correction = 1 / Math.sqrt(1 - beta2 ** (step + 1));
      const fused = fusedUpdate(
        OPTIMIZER_KERNELS.adam,
        { params, gradients, mean, square },
        { rate, correction, beta1, beta2, epsilon },
      );
      if (fused) return { params: fused[0], state: { mean: fused[1], square: fused[2] } };
      return tf.tidy(() => {
        const m = tf.add(tf.mul(mean, beta1), tf.mul(gradients, 1 - beta1)) as tf.Tensor1D;
        const v = tf.add(tf.mul(square, beta2), tf.mul(tf.square(gradients), 1 - beta2)) as tf.Tensor1D;
        const denominator = tf.add(tf.mul(tf.sqrt(v), correction), epsilon);
        const moved = tf.sub(params, tf.mul(tf.div(m, denominator), rate)) as tf.Tensor1D;
        return { params: moved, state: { mean: m, square: v } };
      });
    },
  };
}
