import * as tf from '@tensorflow/tfjs-core';

/** How the moving average of the parameters forgets. */
export interface EmaOptions {
  /** Weight of the old average. */
  readonly decay: number;
  /** Begin with smaller decays, min(decay, (1 + t) / (10 + t)) after t updates, so that a short run is not held by its first steps. */
  readonly warmUp: boolean;
}

/** A memory of about a thousand steps, shorter at the beginning. */
export const EMA_DEFAULTS: EmaOptions = { decay: 0.999, warmUp: true };

/** The decay at the update that follows `step` others. */
export const emaDecay = (step: number, { decay, warmUp }: EmaOptions): number =>
  warmUp ? Math.min(decay, (1 + step) / (10 + step)) : decay;

/**
 * An exponential moving average of the parameters, used for evaluation and sampling: θ̄ ← θ̄ + (1 − d)(θ − θ̄)
 * (Polyak & Juditsky 1992; decay 0.9995 in PixelCNN++; the warm-up is that of TensorFlow's ExponentialMovingAverage).
 */
export function updateEma(averaged: tf.Tensor1D, params: tf.Tensor1D, step: number, options: EmaOptions): tf.Tensor1D {
  return tf.tidy(() => tf.add(averaged, tf.mul(tf.sub(params, averaged), 1 - emaDecay(step, options))) as tf.Tensor1D);
}
