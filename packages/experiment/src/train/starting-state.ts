import {
  disposeState,
  initialState,
  modelShapes,
  type Optimizer,
  type Shapes,
  type TrainState,
} from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { trainStateOf } from '../checkpoint/train-state.ts';
import { type Session, trainOptions } from './session.ts';

/** Where a session of a run begins: at a checkpoint, at the weights of another run, or at random ones. */
export function startingState(
  session: Session,
  steps: number,
  { checkpoint, vector }: { readonly checkpoint?: Checkpoint; readonly vector?: Float32Array },
): { state: TrainState; shapes: Shapes } {
  const { model, recipe } = session;
  const { optimizer, ema } = trainOptions(session, steps);
  const shapes = modelShapes(model);
  const fresh = initialState({ model, optimizer, seed: recipe.seed, ema: ema !== undefined });
  if (!checkpoint && !vector) return { state: fresh, shapes };
  const state = checkpoint ? trainStateOf(checkpoint, shapes, fresh) : stateFrom(vector!, fresh, optimizer);
  disposeState(fresh);
  return { state, shapes };
}

/** A state before the first step, with these parameters. */
function stateFrom(vector: Float32Array, { step, averaged, rng }: TrainState, optimizer: Optimizer): TrainState {
  const params = tf.tensor1d(vector);
  return { step, params, ...(averaged && { averaged: tf.clone(params) }), optimizer: optimizer.init(params), rng };
}
