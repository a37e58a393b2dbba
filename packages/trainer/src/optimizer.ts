import type { JsonObject } from '@pixelrnn/core';
import type * as tf from '@tensorflow/tfjs-core';

/** What an optimizer remembers between steps: named vectors, each as long as the parameters. */
export type OptimizerState = { readonly [slot: string]: tf.Tensor1D };

/** What one update of an optimizer is made from. */
export interface UpdateInput {
  readonly params: tf.Tensor1D;
  readonly gradients: tf.Tensor1D;
  readonly state: OptimizerState;
  /** Number of updates done before this one. */
  readonly step: number;
  readonly learningRate: number;
}

/** A rule that turns gradients into new parameters: pure functions on the parameter vector (see `Shapes`). */
export interface Optimizer {
  readonly name: string;
  /** Enough to build it again: `createOptimizer({ name, ...config })`. */
  readonly config: JsonObject;
  /** The rate that a schedule multiplies. */
  readonly learningRate: number;
  init(params: tf.Tensor1D): OptimizerState;
  /** New parameters and state; the old ones are left alone. */
  update(input: UpdateInput): { params: tf.Tensor1D; state: OptimizerState };
}
