import { asData, type Batch, type GenerativeModel, rngFrom } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { batchTensors } from './batch.ts';
import { type ClipOptions, clipGradients, globalNorm } from './clip.ts';
import { type EmaOptions, updateEma } from './ema.ts';
import type { Optimizer } from './optimizer.ts';
import type { TrainState } from './state.ts';
import { tidy } from './tidy.ts';
import { type Shapes, unflatten } from './vector.ts';

/** What {@link trainStep} needs. */
export interface TrainStepOptions {
  readonly model: GenerativeModel;
  /** `modelShapes(model)`. */
  readonly shapes: Shapes;
  readonly state: TrainState;
  readonly batch: Batch;
  readonly optimizer: Optimizer;
  readonly learningRate: number;
  readonly clip?: ClipOptions;
  readonly ema?: EmaOptions;
}

/**
 * One step: the loss is the mean over the batch of nats per image. Nothing is read back from the device.
 * @returns a new state (the old one is left alone) and `metrics` [3]: nats before the update, the gradient's norm before clipping,
 * and the norm of the new parameters, which is not finite if one of them is not
 */
export function trainStep(options: TrainStepOptions): { state: TrainState; metrics: tf.Tensor1D } {
  const { model, shapes, state, optimizer, learningRate, clip, ema } = options;
  const { step } = state;
  return tidy(() => {
    const { images, context } = batchTensors(model, options.batch, { rng: rngFrom(state.rng).fork(step) });
    const nats = (vector: tf.Tensor) =>
      tf.mean(model.nats(unflatten(vector as tf.Tensor1D, shapes), asData(images), context)) as tf.Scalar;
    const { value, grad } = tf.valueAndGrad(nats)(state.params);
    const { gradients, norm } = clipGradients(grad as tf.Tensor1D, clip);
    const updated = optimizer.update({ params: state.params, gradients, state: state.optimizer, step, learningRate });
    return {
      state: {
        step: step + 1,
        params: updated.params,
        ...(state.averaged && ema && { averaged: updateEma(state.averaged, updated.params, step, ema) }),
        optimizer: updated.state,
        rng: state.rng,
      },
      metrics: tf.stack([value, norm, globalNorm(updated.params)]) as tf.Tensor1D,
    };
  });
}
