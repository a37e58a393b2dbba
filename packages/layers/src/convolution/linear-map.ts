import {
  centreMask,
  centreTap,
  type Groups,
  type Host,
  type MaskType,
  type Rng,
  type Taps,
  tapCount,
  tapMask,
  uniformInit,
} from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { constant } from '../constant.ts';

/**
 * Weights [taps, inputs, outputs] and bias [outputs] of a causal convolution. With weight normalization also a gain g [outputs]:
 * the weights then are a direction v, and what multiplies the input is g · v / ‖v‖ (Salimans & Kingma 2016, eq. 2).
 */
export type ConvParams = { readonly weights: tf.Tensor3D; readonly bias: tf.Tensor1D; readonly gain?: tf.Tensor1D };

/** What a convolution multiplies with, masks and normalization applied. */
export interface Resolved<W, B> {
  readonly weights: W;
  readonly bias: B;
}

/** A causal linear map inside a layer: which taps, and which colour groups see which. */
export interface LinearMap {
  readonly taps: Taps;
  readonly inputs: Groups;
  readonly outputs: Groups;
  init(rng: Rng): ConvParams;
  /** [taps, inputs, outputs], [outputs] */
  resolve(params: ConvParams): Resolved<tf.Tensor3D, tf.Tensor1D>;
  /** The same for streaming. */
  resolveHost(params: Host<ConvParams>): Resolved<Float32Array, Float32Array>;
  /**
   * Gain and bias for which the outputs have mean 0 and variance `scale`² over a batch (Salimans & Kingma 2016, §3).
   * @param apply the map's outputs [B, H, W, outputs] on that batch
   */
  calibrate(params: ConvParams, apply: (params: ConvParams) => tf.Tensor4D): ConvParams;
}

export interface LinearMapOptions {
  /** Visible taps. */
  readonly taps: Taps;
  readonly mask: MaskType;
  /** Colour group of every channel. */
  readonly inputs: Groups;
  readonly outputs: Groups;
  /** Weight normalization. */
  readonly normalize?: boolean;
  /** Standard deviation that `calibrate` gives the outputs; 1 unless told. */
  readonly scale?: number;
}

/** What keeps a norm or variance of zero from being divided by. */
const TINY = 1e-10;

export function linearMap(options: LinearMapOptions): LinearMap {
  const { taps, inputs, outputs, normalize = false, scale = 1 } = options;
  const shape: [number, number, number] = [tapCount(taps), inputs.length, outputs.length];
  const { mask, fanIn } = visibility(options);
  const maskTensor = constant(() => tf.tensor3d(mask!, shape));
  const masked = (weights: tf.Tensor3D) => (mask ? (tf.mul(weights, maskTensor()) as tf.Tensor3D) : weights);

  return {
    taps,
    inputs,
    outputs,
    init: (rng) => ({
      weights: uniformInit(rng, shape, fanIn) as tf.Tensor3D,
      bias: tf.zeros([outputs.length]),
      ...(normalize && { gain: tf.ones([outputs.length]) as tf.Tensor1D }),
    }),
    resolve({ weights, bias, gain }) {
      const visible = masked(weights);
      if (gain === undefined) return { weights: visible, bias };
      return { weights: normalizedTensor(visible, gain), bias };
    },
    resolveHost({ weights, bias, gain }) {
      const visible = mask ? weights.map((value, i) => value * mask[i]) : weights;
      return { weights: gain === undefined ? visible : normalized(visible, gain), bias };
    },
    calibrate(params, apply) {
      const neutral = { ...params, gain: tf.ones([outputs.length]) as tf.Tensor1D, bias: tf.zeros([outputs.length]) };
      const { mean, variance } = tf.moments(apply(neutral as ConvParams), [0, 1, 2]);
      const gain = tf.mul(tf.rsqrt(tf.add(variance, TINY)), scale) as tf.Tensor1D;
      return { weights: params.weights, bias: tf.neg(tf.mul(mean, gain)) as tf.Tensor1D, gain };
    },
  };
}

/** The mask of the taps, where it hides anything: one that does not would be as large as the weights, for nothing. */
function visibility({ taps, mask: type, inputs, outputs }: LinearMapOptions) {
  const hidesOwn = centreTap(taps) >= 0 && centreMask(type, inputs, outputs).includes(0);
  if (!hidesOwn) return { mask: undefined, fanIn: Math.max(1, tapCount(taps) * inputs.length) };
  const mask = tapMask(taps, type, inputs, outputs);
  // Each output sees only part of its taps; the mean number of those that it does see sets the scale of its weights.
  return { mask, fanIn: Math.max(1, mask.reduce((a, b) => a + b, 0) / outputs.length) };
}

/**
 * w = g · v / ‖v‖, the norm over all inputs of an output. Its gradient in the fewest operations (Salimans & Kingma 2016, eq. 3), for maps are many and small; it has no
 * gradient of its own:
 *
 *   ∂g = Σ ∂w · v / ‖v‖        ∂v = g / ‖v‖ · (∂w − v · ∂g / ‖v‖)
 */
const normalizedTensor = tf.customGrad((...args) => {
  const [v, g, save] = args as unknown as [tf.Tensor3D, tf.Tensor1D, tf.GradSaveFunc];
  const norm = tf.sqrt(tf.add(tf.sum(tf.square(v), [0, 1]), TINY)); // [outputs]
  const scale = tf.div(g, norm);
  save([v, norm, scale]);
  return {
    value: tf.mul(v, scale),
    gradFunc: (dw: tf.Tensor, saved: tf.Tensor[]) => {
      const [v, norm, scale] = saved;
      const dg = tf.div(tf.sum(tf.mul(dw, v), [0, 1]), norm);
      return [tf.mul(scale, tf.sub(dw, tf.mul(v, tf.div(dg, norm)))), dg];
    },
  };
}) as unknown as (direction: tf.Tensor3D, gain: tf.Tensor1D) => tf.Tensor3D;

/** The same on the host. */
function normalized(direction: Float32Array, gain: Float32Array): Float32Array {
  const squares = new Float64Array(gain.length);
  direction.forEach((value, i) => {
    squares[i % gain.length] += value * value;
  });
  return direction.map((value, i) => (value * gain[i % gain.length]) / Math.sqrt(squares[i % gain.length] + TINY));
}

/** Channels of one group: they see each other. */
export const unmasked = (channels: number): Groups => new Array(channels).fill(0);
