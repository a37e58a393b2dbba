import * as tf from '@tensorflow/tfjs-core';
import { type ClipOptions, clipGradients, globalNorm } from './clip.ts';
import { type EmaOptions, updateEma } from './ema.ts';
import type { Gradient, Terms } from './gradient.ts';
import type { Optimizer } from './optimizer.ts';
import type { TrainState } from './state.ts';
import { tidy } from './tidy.ts';

/** How {@link updateState} uses a gradient. */
export interface UpdateOptions {
  readonly state: TrainState;
  readonly optimizer: Optimizer;
  readonly learningRate: number;
  readonly clip?: ClipOptions;
  readonly ema?: EmaOptions;
}

/** What a step leaves. */
export interface StepResult {
  readonly state: TrainState;
  /**
   * [3 + n]: mean nats per image before the update, the gradient's norm before clipping, and the norm of the new parameters, which is not
   * finite if one of them is not; then the numbers of all `terms`, one after the other.
   */
  readonly metrics: tf.Tensor1D;
  /** What the model's objective reports beside the nats, and how many numbers each. */
  readonly terms: readonly (readonly [name: string, length: number])[];
}

/**
 * The state after a step: clips the gradient of the whole batch, updates the parameters and averages them. The old state and the
 * gradient are left alone. Nothing is read back from the device.
 */
export function updateState(gradient: Gradient, options: UpdateOptions): StepResult {
  const { state, optimizer, learningRate, clip, ema } = options;
  const { step, params, averaged } = state;
  return tidy(() => {
    const { gradients, norm } = clipGradients(gradient.vector, clip);
    const updated = optimizer.update({ params, gradients, state: state.optimizer, step, learningRate });
    return {
      state: {
        step: step + 1,
        params: updated.params,
        ...(averaged && ema && { averaged: updateEma(averaged, updated.params, step, ema) }),
        optimizer: updated.state,
        rng: state.rng,
      },
      metrics: withTerms(tf.stack([gradient.nats, norm, globalNorm(updated.params)]) as tf.Tensor1D, gradient.terms),
      terms: Object.entries(gradient.terms ?? {}).map(([name, { size }]) => [name, size] as const),
    };
  });
}

const withTerms = (metrics: tf.Tensor1D, terms: Terms | undefined): tf.Tensor1D =>
  terms ? tf.concat([metrics, ...Object.values(terms)]) : metrics;
