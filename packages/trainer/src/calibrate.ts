import { type Batch, type GenerativeModel, leaves, type Params, rngFrom, treeFrom } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { batchTensors } from './batch.ts';
import type { Optimizer } from './optimizer.ts';
import type { TrainState } from './state.ts';
import { tidy } from './tidy.ts';
import { flatten, type Shapes, shapesOf, unflatten } from './vector.ts';

/**
 * The state of a run that begins, with its parameters initialized from the data of its first batch, as the model does it
 * (Salimans & Kingma 2016). Depends on the state and the batch alone; the old state is left alone.
 * @returns the same state, where the model has no such initialization
 * @throws if the model gives parameters of other names or shapes
 */
export function calibrateState(options: {
  readonly model: GenerativeModel;
  readonly shapes: Shapes;
  readonly optimizer: Optimizer;
  readonly state: TrainState;
  readonly batch: Batch;
}): TrainState {
  const { model, shapes, optimizer, state, batch } = options;
  if (!model.calibrate) return state;
  return tidy(() => {
    const rng = rngFrom(state.rng).fork('calibration');
    const { images, context } = batchTensors(model, batch, { training: true, rng });
    const calibrated = model.calibrate!(unflatten(state.params, shapes), images, context);
    const params = flatten(likeShapes(model.name, calibrated, shapes));
    return {
      ...state,
      params,
      ...(state.averaged && { averaged: tf.clone(params) }),
      optimizer: optimizer.init(params),
    };
  });
}

/** The same leaves in the order of the shapes, which is that of the vector. */
function likeShapes(name: string, params: Params, shapes: Shapes): Params {
  const result = treeFrom(shapes, new Map(leaves<tf.Tensor>(params)));
  const got = new Map(leaves<readonly number[]>(shapesOf(result)));
  for (const [path, shape] of leaves<readonly number[]>(shapes))
    if (String(got.get(path)) !== String(shape))
      throw new Error(`${name}: wanted calibrated ${path} of shape [${shape}], got [${got.get(path)}]`);
  return result;
}
