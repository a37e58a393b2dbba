import type * as tf from '@tensorflow/tfjs-core';
import type { JsonObject } from './json.ts';
import type { Likelihood } from './likelihood/likelihood.ts';
import type { Host, Params } from './params.ts';
import type { Rng } from './rng.ts';
import type { ImageSpec } from './units.ts';

/**
 * What flows between layers. `here` at (r, c) may depend on earlier pixels of its own row. Two-stack networks (Gated PixelCNN's
 * vertical stack) carry a second map: `above` at row r depends on pixels of rows < r only.
 */
export interface Features<T> {
  readonly here: T;
  readonly above?: T;
}

/** Channels of each map of {@link Features}. */
export interface Widths {
  readonly here: number;
  readonly above?: number;
}

/** What a layer is told beside its input and parameters. */
export interface Context {
  /** True while training: turns dropout on. */
  readonly training?: boolean;
  /** Source of dropout masks. */
  readonly rng?: Rng;
  /** Class of each image, int32 [B]. */
  readonly labels?: tf.Tensor1D;
  /** Index of the first image of the batch among all images: noise keyed by it does not depend on the batch. */
  readonly first?: number;
}

/** The same for streaming, on typed arrays. */
export interface HostContext {
  readonly labels?: Int32Array;
}

/** The images that a stream runs over: B of them at once, each H×W. */
export interface Frame {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}

/**
 * A causal layer: data and pure functions. `apply` computes all pixels at once (training, evaluation); `stream` computes the same
 * function pixel by pixel in raster order with caches (sampling, coding). `layerContract` of `@pixelrnn/testing` proves that the
 * two agree and that neither looks ahead.
 */
export interface Layer<P extends Params = Params> {
  readonly name: string;
  /** Enough to build the layer again: `createLayer({ name, config })`. */
  readonly config: JsonObject;
  readonly inputs: Widths;
  readonly outputs: Widths;
  init(rng: Rng): P;
  /** `here` and `above` are [B, H, W, C]. */
  apply(params: P, x: Features<tf.Tensor4D>, context?: Context): Features<tf.Tensor4D>;
  stream(weights: Host<P>, frame: Frame, context?: HostContext): Stream;
}

/**
 * A layer in raster order, O(1) work per pixel in the image size. For each row: `beginRow` once; then for each pixel `at` (asked
 * once per sub-pixel, since the earlier colours of a pixel become known one by one) and `advance` when the pixel is final.
 * A returned array belongs to the stream and is valid until its next call, or the next allocation in the kernels' memory.
 */
export interface Stream {
  /** `above` features of the row that begins: [B, W, Cin] → [B, W, Cout]. Absent where a network has one stack only. */
  beginRow(above?: Float32Array): Float32Array | undefined;
  /** Output at the current pixel: [B, Cin] → [B, Cout]. */
  at(here: Float32Array): Float32Array;
  /** The pixel is final, with this input [B, Cin]: remember it and move on. */
  advance(here: Float32Array): void;
  /** Frees the caches. */
  dispose(): void;
}

/** An exact-likelihood image model (or one with a bound): what the trainer, the sampler and the apps see. */
export interface GenerativeModel<P extends Params = Params> {
  readonly name: string;
  readonly image: ImageSpec;
  /** Enough to build the model again: `createModel(config)`. */
  readonly config: JsonObject;
  /** Whether `nats` is −log p(x) itself or an upper bound of it. */
  readonly bound: 'exact' | 'upper';
  readonly likelihood: Likelihood;
  /** Number of classes that the model is conditioned on. */
  readonly classes?: number;
  init(rng: Rng): P;
  /** Data-dependent initialization from a first batch, layer after layer (Salimans & Kingma 2016). */
  calibrate?(params: P, images: tf.Tensor4D, context?: Context): P;
  /** Parameters of the likelihood of every pixel given the earlier ones: levels [B, H, W, C] → [B, H, W, parameterChannels]. */
  conditionals(params: P, images: tf.Tensor4D, context?: Context): tf.Tensor4D;
  /** −log p(image) in nats (natural logarithm), summed over sub-pixels, or its upper bound: [B, H, W, C] → [B]. */
  nats(params: P, images: tf.Tensor4D, context?: Context): tf.Tensor1D;
  /** `conditionals` in raster order: levels of the pixel so far [B, C] → likelihood parameters [B, parameterChannels]. */
  stream(weights: Host<P>, frame: Frame, context?: HostContext): Stream;
}
