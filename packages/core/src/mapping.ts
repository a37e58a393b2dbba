import type * as tf from '@tensorflow/tfjs-core';
import type { JsonObject } from './json.ts';
import type { Host, Params } from './params.ts';
import type { Rng } from './rng.ts';

/**
 * A net that need not be causal, since all it reads is known beforehand: an encoder, an upsampler of a coarser image. `apply` computes
 * on tensors, for training; `prepare` gives the same function on typed arrays, for generation, which works without
 * TensorFlow.js. `mappingContract` of `@pixelrnn/testing` holds the two equal.
 */
export interface Mapping<P extends Params = Params> {
  readonly name: string;
  /** Enough to build the mapping again. */
  readonly config: JsonObject;
  /** Shape of one input and of one output, without the batch: [H, W, C], or [D]. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  init(rng: Rng): P;
  /** [B, …inputs] → [B, …outputs] */
  apply(params: P, x: tf.Tensor): tf.Tensor;
  /** Packs the weights, once. */
  prepare(weights: Host<P>): PreparedMapping;
}

/** A mapping with its weights in place. */
export interface PreparedMapping {
  /** The output for `batch` inputs that lie one after the other, in an array of its own. */
  run(x: Float32Array, batch: number): Float32Array;
  /** Frees the weights; a call of `run` afterwards is an error. */
  dispose(): void;
}
