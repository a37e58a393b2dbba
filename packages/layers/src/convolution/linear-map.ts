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
  /** Weights with the mask applied, ready for `maskedConv2dOp`: [taps·inputs, outputs]. */
  masked(weights: tf.Tensor): tf.Tensor2D;
  /** The same for streaming: [taps, inputs, outputs]. */
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
    masked(weights) {
      const visible = isMasked ? tf.mul(weights, tf.tensor(mask, shape)) : weights;
      return tf.reshape(visible, [-1, outputs.length]) as tf.Tensor2D;
    },
    maskedHost: (weights) => (isMasked ? weights.map((value, i) => value * mask[i]) : weights),
  };
}

/** The taps of a 1×1 convolution. */
export const POINTWISE: Taps = { rows: 1, width: 1, last: 1 };
