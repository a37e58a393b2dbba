import type * as tf from '@tensorflow/tfjs-core';
import type { Groups } from '../groups.ts';
import type { JsonObject } from '../json.ts';

/**
 * The distribution of one pixel, whose parameters are the network's outputs there: Bernoulli, 256-way softmax, logistic mixture.
 * It knows nothing of networks. Images hold integer levels 0 … L−1 as float32.
 */
export interface Likelihood {
  readonly name: string;
  readonly config: JsonObject;
  /** Channels C of the image. */
  readonly channels: number;
  /** Levels L of a sub-pixel. */
  readonly levels: number;
  /** Numbers per pixel that the network must supply. */
  readonly outputs: number;
  /**
   * The colour group of each output: which earlier channels of the same pixel the *network* may show it. A likelihood that
   * ties the channels itself (logistic mixture) puts all its outputs into one group.
   */
  readonly outputGroups: Groups;
  /**
   * log p(image) in nats, summed over sub-pixels: [B, H, W, outputs], [B, H, W, C] → [B]. NaN for an image that holds anything but
   * levels.
   */
  logProb(outputs: tf.Tensor4D, images: tf.Tensor4D): tf.Tensor1D;
  /**
   * The probabilities of the L levels of one channel of one pixel, given that pixel's earlier channels, sharpened by a temperature T:
   * p_l^(1/T), normalized. On typed arrays and our own arithmetic, hence the same bits on every host.
   * @param outputs [outputs] of one pixel
   * @param pixel [C] levels; only channels before `channel` are read
   * @returns [L]; belongs to the likelihood and is valid until its next call
   */
  pmf(outputs: Float32Array, channel: number, pixel: Float32Array, temperature?: number): Float32Array;
  /** The same of n pixels at once, [n, outputs] and [n, C] → [n, L]; without it, they are asked for one by one. */
  pmfs?(outputs: Float32Array, channel: number, pixels: Float32Array, temperature?: number): Float32Array;
}
