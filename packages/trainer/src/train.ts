import { bitsPerDim, type GenerativeModel, type TrainBatch } from '@pixelrnn/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { BatchSource } from './batch.ts';
import type { ClipOptions } from './clip.ts';
import { DivergedError } from './diverged-error.ts';
import type { EmaOptions } from './ema.ts';
import type { Optimizer } from './optimizer.ts';
import { constant, type Schedule } from './schedule.ts';
import { disposeState, initialState, modelShapes, type TrainState } from './state.ts';
import { trainStep } from './train-step.ts';
import type { Shapes } from './vector.ts';
import { hostYielder } from './yield.ts';

/** What {@link train} does, and for how long. */
export interface TrainOptions {
  readonly model: GenerativeModel;
  /** Gives the batch of step `startState.step` first. */
  readonly source: BatchSource;
  readonly optimizer: Optimizer;
  /** Factor of the optimizer's rate. Default: 1. */
  readonly schedule?: Schedule;
  readonly clip?: ClipOptions;
  /** Keep a moving average of the parameters. */
  readonly ema?: EmaOptions;
  /** Steps in all, counted from the very beginning of the run. */
  readonly steps: number;
  /** Of the initial parameters and of dropout; unused with `startState`. */
  readonly seed: number | string;
  /** Where to go on. It stays the caller's. */
  readonly startState?: TrainState;
  /** Called, and awaited, after every step. */
  readonly onStep?: (report: StepReport) => void | Promise<void>;
  /** Asked after every step; true ends training early. */
  readonly shouldStop?: () => boolean;
}

/** What is known after a step. */
export interface StepReport {
  /** Steps done, this one included. */
  readonly step: number;
  readonly epoch: number;
  /** Mean over the batch of nats per image, before the update. */
  readonly nats: number;
  readonly bitsPerDim: number;
  /** Norm of the gradient before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Valid until the call returns. */
  readonly state: TrainState;
  readonly shapes: Shapes;
}

/**
 * Trains until `steps` are done or `shouldStop` says so. Pure up to speed: the same state and source give the same result.
 * @returns the last state, which is the caller's to dispose (`startState` itself if there was nothing to do)
 * @throws DivergedError if the loss, the gradient or a parameter is not finite; the state before that step was the last one
 * given to `onStep`
 */
export async function train(options: TrainOptions): Promise<TrainState> {
  const { model, source, optimizer, schedule = constant(), clip, ema, steps, startState, onStep, shouldStop } = options;
  const shapes = modelShapes(model);
  const yieldToHost = hostYielder();
  let state = startState ?? initialState({ model, optimizer, seed: options.seed, ema: ema !== undefined });
  try {
    let upcoming = state.step < steps ? nextBatch(source, state.step) : undefined;
    while (upcoming) {
      const batch = await upcoming;
      const learningRate = optimizer.learningRate * schedule(state.step);
      const result = trainStep({ model, shapes, state, batch, optimizer, learningRate, clip, ema });
      if (state !== startState) disposeState(state);
      state = result.state;
      // Read ahead while the device works.
      upcoming = state.step < steps ? nextBatch(source, state.step) : undefined;
      const { nats, gradientNorm } = await readMetrics(result.metrics, state.step);
      await onStep?.({
        step: state.step,
        epoch: batch.epoch,
        nats,
        bitsPerDim: bitsPerDim(nats, model.image),
        gradientNorm,
        learningRate,
        state,
        shapes,
      });
      await yieldToHost();
      if (shouldStop?.()) break;
    }
    return state;
  } catch (error) {
    if (state !== startState) disposeState(state);
    throw error;
  }
}

/** A promise that is looked at later must not count as unhandled when the loop ends before. */
function nextBatch(source: BatchSource, step: number): Promise<TrainBatch> {
  const promise = source.next().then(({ value, done }) => {
    if (done) throw new Error(`train: the source ended before step ${step + 1}`);
    if (value.step !== step) throw new Error(`train: wanted the batch of step ${step}, got that of step ${value.step}`);
    return value as TrainBatch;
  });
  promise.catch(() => {});
  return promise;
}

async function readMetrics(metrics: tf.Tensor1D, step: number): Promise<{ nats: number; gradientNorm: number }> {
  const [nats, gradientNorm, parameterNorm] = await metrics.data();
  metrics.dispose();
  if (!Number.isFinite(nats)) throw new DivergedError(step, `the loss is ${nats}`);
  if (!Number.isFinite(gradientNorm)) throw new DivergedError(step, `the norm of the gradient is ${gradientNorm}`);
  if (!Number.isFinite(parameterNorm)) throw new DivergedError(step, `the norm of the parameters is ${parameterNorm}`);
  return { nats, gradientNorm };
}
