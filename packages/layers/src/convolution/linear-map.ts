import { type Groups, type MaskType, type Rng, type Taps, tapCount, tapMask, uniformInit } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/** Weights [taps, inputs, outputs] and bias [outputs] of a causal convolution. */
export type ConvParams = { readonly weights: tf.Tensor3D; readonly bias: tf.Tensor1D };

/** A causal linear map inside a layer: which taps, and which colour groups see which. */
export interface LinearMap {
  readonly taps: Taps;
  readonly inputs: Groups;
  readonly outputs: Groups;
  init(rng: Rng): ConvParams;
  /** Weights with the mask applied: [taps, inputs, outputs]. */
  masked(weights: tf.Tensor3D): tf.Tensor3D;
  /** The same for streaming. */
  maskedHost(weights: Float32Array): Float32Array;
}

/** @param taps visible taps; @param inputs, outputs colour group of every channel */
export function linearMap(taps: Taps, type: MaskType, inputs: Groups, outputs: Groups): LinearMap {
  const shape = [tapCount(taps), inputs.length, outputs.length];
  const mask = tapMask(taps, type, inputs, outputs);
  const isMasked = mask.includes(0);
  // Each output sees only part of its taps; the mean number of those that it does see sets the scale of its weights.
  const fanIn = Math.max(1, mask.reduce((a, b) => a + b, 0) / outputs.length);

  return {
    taps,
    inputs,
    outputs,
    init: (rng) => ({ weights: uniformInit(rng, shape, fanIn) as tf.Tensor3D, bias: tf.zeros([outputs.length]) }),
    masked: (weights) => (isMasked ? (tf.mul(weights, tf.tensor(mask, shape)) as tf.Tensor3D) : weights),
    maskedHost: (weights) => (isMasked ? weights.map((value, i) => value * mask[i]) : weights),
  };
}

/** The taps of a 1×1 convolution. */
export const POINTWISE: Taps = { rows: 1, width: 1, last: 1 };
