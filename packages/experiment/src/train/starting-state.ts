import {
  disposeState,
  initialState,
  modelShapes,
  type Optimizer,
  type Shapes,
  type TrainState,
} from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { trainStateOf } from '../checkpoint/train-state.ts';
import { agreeOnStart } from './ranks/agreement.ts';
import type { StartingPoint } from './ranks/ranks.ts';
import { type Session, trainOptions } from './session.ts';

/** Where a session of a run begins: at a checkpoint, at the weights of another run, or at random ones. */
function startingState(
  session: Session,
  steps: number,
  { checkpoint, vector }: StartingPoint,
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

/** The same on all ranks, as rank 0 says. Its tensors are the caller's. */
export async function startTogether(
  session: Session,
  steps: number,
  from: StartingPoint,
): Promise<{ state: TrainState; shapes: Shapes }> {
  const { ranks } = session;
  ranks.call({ next: 'start', steps, ...from });
  return startAsTold(session, steps, from);
}

/** What {@link startTogether} is on the other ranks. */
export async function startAsTold(
  session: Session,
  steps: number,
  from: StartingPoint,
): ReturnType<typeof startTogether> {
  let started: ReturnType<typeof startingState> | undefined;
  try {
    await agreeOnStart(session.ranks, () => {
      started = startingState(session, steps, from);
      return started.state;
    });
    return started!;
  } catch (error) {
    if (started) disposeState(started.state);
    throw error;
  }
}

/** A state before the first step, with these parameters. */
function stateFrom(vector: Float32Array, { step, averaged, rng }: TrainState, optimizer: Optimizer): TrainState {
  const params = tf.tensor1d(vector);
  return { step, params, ...(averaged && { averaged: tf.clone(params) }), optimizer: optimizer.init(params), rng };
}
