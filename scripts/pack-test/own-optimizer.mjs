// An optimizer of your own: pure functions on one vector that holds all parameters.
import { withDefaults } from '@pixelrnn/core';
import { registerOptimizer } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';

export const LION_DEFAULTS = { learningRate: 1e-4, beta1: 0.9, beta2: 0.99 };

/**
 * Lion (Chen et al. 2023, Algorithm 2, without weight decay), which keeps one vector where Adam keeps two:
 *
 *     θ ← θ − α · sign(β₁ m + (1 − β₁) g)          m ← β₂ m + (1 − β₂) g
 */
export function lion(options = {}) {
  const fractions = Object.keys(LION_DEFAULTS);
  const config = withDefaults('lion', options, LION_DEFAULTS, [], fractions);
  const { learningRate, beta1, beta2 } = config;
  return {
    name: 'lion',
    config,
    learningRate,
    init: (params) => ({ momentum: tf.zerosLike(params) }),

    // This learning rate is that of the step: the optimizer's own times the schedule's factor.
    update: ({ params, gradients, state: { momentum }, learningRate }) =>
      tf.tidy(() => {
        const towards = (decay) => tf.add(tf.mul(momentum, decay), tf.mul(gradients, 1 - decay));
        const direction = tf.sign(towards(beta1));
        return {
          params: tf.sub(params, tf.mul(direction, learningRate)),
          state: { momentum: towards(beta2) },
        };
      }),
  };
}

registerOptimizer('lion', lion);
