import type { Arena } from '@pixelrnn/kernels';
import type * as tf from '@tensorflow/tfjs-core';
import type { Conditions, Context, HostContext } from './conditions.ts';
import type { Encoding } from './encoding/encoding.ts';
import type { JsonObject } from './json.ts';
import type { Likelihood } from './likelihood/likelihood.ts';
import type { Host, Params } from './params.ts';
import type { Rng } from './rng.ts';
import type { KernelSteps } from './steps.ts';
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

/** The images that a stream runs over: B of them at once, each H×W. */
export interface Frame {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}

/**
 * A causal layer: data and pure functions. `apply` computes all pixels at once (training, evaluation); `prepare` gives the same
 * function pixel by pixel in raster order with caches (sampling, coding). `layerContract` of `@pixelrnn/testing` proves that the
 * two agree and that neither looks ahead.
 */
export interface Layer<P extends Params = Params> {
  readonly name: string;
  /** Enough to build the layer again: `createLayer({ name, config })`. */
  readonly config: JsonObject;
  readonly inputs: Widths;
  readonly outputs: Widths;
  /** What the layer reads of the context; nothing, if left out. */
  readonly conditions?: Conditions;
  init(rng: Rng): P;
  /** `here` and `above` are [B, H, W, C]. A layer that holds others forks the context's rng for each of them. */
  apply(params: P, x: Features<tf.Tensor4D>, context?: Context): Features<tf.Tensor4D>;
  /** Data-dependent initialization: parameters for which the outputs of this input are normalized, and those outputs. */
  calibrate?(params: P, x: Features<tf.Tensor4D>, context?: Context): Calibrated<P>;
  /** Masks the weights and packs them for streaming: once, for any number of streams. */
  prepare(weights: Host<P>): Prepared;
}

/** What `calibrate` gives. */
export interface Calibrated<P extends Params = Params> {
  readonly params: P;
  readonly y: Features<tf.Tensor4D>;
}

/** A layer or model with its weights in place. */
export interface Prepared {
  /** Starts over a batch of images. @throws if a condition is missing or of another size */
  open(frame: Frame, context?: HostContext): Stream;
  /**
   * The same in the kernels' memory, where a layer works there, for layers that hold it (`openInKernels`); freed with `memory`. Who puts another
   * `open` in place leaves it out.
   */
  openInKernels?(frame: Frame, context: HostContext, memory: Arena): KernelSteps;
  /** Frees the weights; its streams must not be used any more. */
  dispose(): void;
}

/**
 * A layer in raster order, O(1) work per pixel in the image size. For each row: `beginRow` once; then for each pixel `at` (asked once
 * for each group of the likelihood's outputs, since the earlier colours of a pixel become known one by one) and `advance` when
 * the pixel is final. Anything out of this order, or after `dispose`, is an error.
 *
 * A returned array is the stream's own: it stays as it is until the same function is called again.
 */
export interface Stream {
  /** `above` features of the row that begins: [B, W, Cin] → [B, W, Cout]. Absent where a network has one stack only. */
  beginRow(row: number, above?: Float32Array): Float32Array | undefined;
  /** Output at a pixel of the row: [B, Cin] → [B, Cout]. */
  at(column: number, here: Float32Array): Float32Array;
  /** The pixel is final, with this input [B, Cin]: the layer remembers it. */
  advance(column: number, here: Float32Array): void;
  /** Frees the caches. */
  dispose(): void;
}

/** An exact-likelihood image model (or one with a bound): what the trainer, the sampler and the apps see. */
export interface GenerativeModel<P extends Params = Params> {
  readonly name: string;
  readonly image: ImageSpec;
  /** Enough to build the model again: `createModel(config)`. */
  readonly config: JsonObject;
  /** What `nats` is. */
  readonly bound: Bound;
  readonly likelihood: Likelihood;
  /** How the network reads levels, if not as numbers. */
  readonly encoding?: Encoding;
  /** What must be given with the images: p(image | conditions). What a model draws itself (`before`) is not among them. */
  readonly conditions: Conditions;
  /** What the model draws itself before the first pixel, if anything. */
  readonly drawn?: Drawn;
  init(rng: Rng): P;
  /** Data-dependent initialization from a first batch, layer after layer (Salimans & Kingma 2016). */
  calibrate?(params: P, images: tf.Tensor4D, context?: Context): P;
  /**
   * The likelihood's parameters at every pixel given the earlier ones, the conditions, and what is drawn before the first pixel: levels
   * [B, H, W, C] → [B, H, W, likelihood.outputs].
   */
  conditionals(params: P, images: tf.Tensor4D, context?: Context): tf.Tensor4D;
  /** −log p(image) in nats (natural logarithm), summed over sub-pixels, or what `bound` says: [B, H, W, C] → [B]. */
  nats(params: P, images: tf.Tensor4D, context?: Context): tf.Tensor1D;
  /** What training minimizes, where that is not `nats`. */
  objective?(params: P, images: tf.Tensor4D, context: Context): Objective;
  /**
   * log w = log p(x, z) − log q(z | x) of one draw of the latents z of each image, number `context.draw`: [B, H, W, C] → [B]. The mean of w
   * over draws has the expectation p(x), so −log of the mean of k draws is a bound that falls with k (Burda et al. 2016, eq. 8).
   */
  logWeights?(params: P, images: tf.Tensor4D, context?: Context): tf.Tensor1D;
  /** What `before` would have to draw for images to be like these: their codes. Levels [count, H, W, C]. */
  encode?(weights: Host<P>, images: Float32Array, count: number): HostContext;
  /** The pixels that another model draws first, as those of a coarser image are. */
  readonly first?: FirstPixels<P>;
  /** Draws what is drawn before an image's first pixel; what the request's context holds of it is taken as it is. */
  before?(weights: Host<P>, request: BeforeRequest): Promise<Beginning>;
  /** `conditionals` in raster order: levels of the pixel so far [B, C] → likelihood parameters [B, likelihood.outputs]. */
  prepare(weights: Host<P>): Prepared;
}

/**
 * What `nats` of a model is: −log p(x) itself; an upper bound of it; or −log p(x | code(x)), the cost of an image for one who has its code
 * already, which says nothing of −log p(x).
 */
export type Bound = 'exact' | 'upper' | 'given-code';

/** What a model draws itself before the first pixel: latents, a coarser image, an order of the pixels. */
export interface Drawn {
  /** The conditions of the pixels that it adds to those of the model, or puts in their place. */
  readonly conditions: Conditions;
  /** Names by which it forks the image's random numbers. */
  readonly noise: readonly string[];
  /** What of it, by name, the nats of a sample are given, since they do not hold its cost; none where it is pixels, whose cost is counted. */
  readonly given: readonly string[];
}

/** Pixels of an image that another model draws as an image of their own; all others are drawn given them. */
export interface FirstPixels<P extends Params = Params> {
  readonly model: GenerativeModel;
  /** 1 for each of them, [H·W]: the n-th in raster order is the n-th pixel of that model's image. */
  readonly mask: Uint8Array;
  /** The conditions of the others, made of images that are known: what `before` gives them, as tensors, so that it has a gradient. */
  context(params: P, images: tf.Tensor4D, context?: Context): Context;
}

/** What training makes of a batch. */
export interface Objective {
  /** What is minimized: its mean over the images, [B]. */
  readonly loss: tf.Tensor1D;
  /** What is reported: `nats` of the model, or what is an upper bound of them in expectation, [B]. */
  readonly nats: tf.Tensor1D;
  /** What is reported beside it, by name, each a mean over the images: [B, n]. */
  readonly terms?: { readonly [name: string]: tf.Tensor2D };
}

/** What is settled before the first pixel of each image of a batch. */
export interface Beginning {
  /** The conditions under which the pixels are drawn: the context that `prepare(weights).open` and `conditionals` get. */
  readonly context: HostContext;
  /** Pixels that are settled, too, as those of a coarser image are. */
  readonly known?: KnownPixels;
  /** In which order the pixels are drawn, if not in raster order. */
  readonly order?: PixelOrder;
  /** Whether what is settled takes account of the pixels that the caller knows, as an exact completion wants it. No, if left out. */
  readonly mindsKnown?: boolean;
}

/**
 * An order of the pixels for each of B images, [B, H·W]: the n-th pixel that is drawn is pixel r·W + c = order[n] of the image. The
 * network sees the images rearranged so that the order drawn is raster order; all other functions see them as they are.
 */
export type PixelOrder = Uint32Array;

/** Pixels of B images that are not asked for. No level means "unknown": a mask says which they are. */
export interface KnownPixels {
  /** Levels [B, H, W, C]; read where the mask is 1. */
  readonly images: Float32Array;
  /** 1 where a pixel is known, 0 where it is not: [B, H, W]. */
  readonly mask: Uint8Array;
}

/** What a model is given to draw from before the first pixel. */
export interface BeforeRequest {
  /** A stream of random numbers for each image of the batch, its own whatever the batch. */
  readonly random: readonly Rng[];
  /** What the model is conditioned on. */
  readonly context: HostContext;
  /** Pixels that the caller knows: what is settled must agree with them. */
  readonly known?: KnownPixels;
  /** Draws one image of another model for each of these, with random streams forked from theirs by `name`: levels [B, H, W, C]. */
  draw(
    name: string,
    model: GenerativeModel,
    weights: Host<Params>,
    beginning?: Partial<Beginning>,
  ): Promise<Float32Array>;
}
