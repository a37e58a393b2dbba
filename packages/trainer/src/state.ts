import { type GenerativeModel, type Params, type RngState, rng, STILL } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer, OptimizerState } from './optimizer.ts';
import { tidy } from './tidy.ts';
import { flatten, type Shapes, shapesOf } from './vector.ts';

/** All that training knows: a value. Saved and read back, it goes on with the same bits. */
export interface TrainState {
  /** Number of steps done. */
  readonly step: number;
  readonly params: tf.Tensor1D;
  /** Moving average of the parameters, where the run keeps one. */
  readonly averaged?: tf.Tensor1D;
  readonly optimizer: OptimizerState;
  /** Stream that each step's randomness (dropout) is forked from, by step number. */
  readonly rng: RngState;
}

/** The state before the first step. */
export function initialState(options: {
  readonly model: Pick<GenerativeModel, 'init'>;
  readonly optimizer: Optimizer;
  readonly seed: number | string;
  /** Keep a moving average. */
  readonly ema?: boolean;
}): TrainState {
  return tidy(() => {
    const params = initialParams(options);
    return {
      step: 0,
      params,
      ...(options.ema && { averaged: tf.clone(params) }),
      optimizer: options.optimizer.init(params),
      rng: rng(options.seed).fork('training').state(),
    };
  });
}

/** The parameters that a training of this seed begins from, as one vector. */
export const initialParams = ({
  model,
  seed,
}: Pick<Parameters<typeof initialState>[0], 'model' | 'seed'>): tf.Tensor1D =>
  tidy(() => flatten(model.init(rng(seed).fork('parameters'))));

/** The shapes of a model's parameters. */
export function modelShapes(model: Pick<GenerativeModel, 'init'>): Shapes {
  let shapes: Shapes = {};
  tf.tidy(() => {
    shapes = shapesOf(model.init(STILL) as Params);
  });
  return shapes;
}

/** The parameters to judge a state by: the average where there is one. Belongs to the state. */
export const evaluationVector = (state: TrainState): tf.Tensor1D => state.averaged ?? state.params;

/** Frees the tensors of a state. */
export function disposeState({ params, averaged, optimizer }: TrainState): void {
  tf.dispose([params, averaged, optimizer] as tf.TensorContainer);
}
