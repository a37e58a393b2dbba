import type * as tf from '@tensorflow/tfjs-core';
import type { JsonObject } from '../json.ts';
import type { Host, Params } from '../params.ts';
import type { Rng } from '../rng.ts';

/**
 * How a network reads levels: as numbers, or as classes, which have no order. Each sub-pixel is encoded alone. A value that is no
 * level (an unknown sub-pixel while a pixel is drawn) gives something, and no error.
 */
export interface Encoding<P extends Params = Params> {
  readonly name: string;
  readonly config: JsonObject;
  /** Channels C of the image. */
  readonly channels: number;
  /** Levels L of a sub-pixel. */
  readonly levels: number;
  /** Channels that the network reads: as many for each colour, colour after colour. */
  readonly outputs: number;
  /** Whether levels are read as numbers, so that the result has a gradient with respect to them. */
  readonly isNumeric: boolean;
  /** Trainable values, if any. */
  init(rng: Rng): P;
  /** [B, H, W, C] → [B, H, W, outputs] */
  apply(params: P, images: tf.Tensor4D): tf.Tensor4D;
  /** The same on typed arrays: [n, C] → [n, outputs], which belongs to the function and is valid until its next call. */
  prepare(weights: Host<P>): (pixels: Float32Array) => Float32Array;
}

export interface EncodingOptions {
  /** Channels of the image: 1 grey, 3 RGB. */
  readonly channels: number;
  /** Levels of each sub-pixel. */
  readonly levels: number;
}

/** An array of the length wanted: the one before, where it fits. */
export const fitting = (old: Float32Array, length: number): Float32Array =>
  old.length === length ? old : new Float32Array(length);
