import * as tf from '@tensorflow/tfjs-core';
import { ADAM_DEFAULTS, ADAM_RULES, type AdamOptions, adam } from './adam.ts';
import { NOT_NEGATIVE, numberOptions } from './number-options.ts';
import type { Optimizer } from './optimizer.ts';

/** Constants of {@link adamw}. */
export interface AdamwOptions extends AdamOptions {
  /** λ: how fast parameters fall towards 0, in units of the learning rate. */
  readonly weightDecay: number;
}

/** Those of {@link adam}, and the λ of PyTorch. */
export const ADAMW_DEFAULTS: AdamwOptions = { ...ADAM_DEFAULTS, weightDecay: 1e-2 };

/**
 * AdamW: Adam with decoupled weight decay (Loshchilov & Hutter 2019, Algorithm 2):
 *
 *     θ ← θ − α λ θ                  then the update of Adam, whose m and v see no decay
 *
 * λ is that of PyTorch, multiplied by the learning rate α; the paper's λ is multiplied by the schedule's factor alone, so it is α λ of
 * here. ε is that of {@link adam}: outside the root and after the bias correction, as in PyTorch. All parameters decay, biases too.
 */
export function adamw(options: Partial<AdamwOptions> = {}): Optimizer {
  const config = numberOptions('adamw', options, { ...ADAM_RULES, weightDecay: NOT_NEGATIVE }, ADAMW_DEFAULTS);
  const { weightDecay, ...rest } = config;
  const { init, update } = adam(rest);
  return {
    name: 'adamw',
    config,
    learningRate: config.learningRate,
    init,

    update(input) {
      const decayed = tf.mul(input.params, 1 - input.learningRate * weightDecay) as tf.Tensor1D;
      const result = update({ ...input, params: decayed });
      decayed.dispose();
      return result;
    },
  };
}
