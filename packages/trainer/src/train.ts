import { type Bound, bitsPerDim, type GenerativeModel, type TrainBatch } from '@pixelrnn/core';
import type { BatchSource } from './batch.ts';
import { calibrateState } from './calibrate.ts';
import type { ClipOptions } from './clip.ts';
import { DivergedError } from './diverged-error.ts';
import type { EmaOptions } from './ema.ts';
import { batchGradient, disposeGradient, type Gradient, type GradientOptions } from './gradient.ts';
import type { Optimizer } from './optimizer.ts';
import { constant, type Schedule } from './schedule.ts';
import { disposeState, initialState, modelShapes, type TrainState } from './state.ts';
import type { Span } from './tree-sum.ts';
import { type StepResult, type UpdateOptions, updateState } from './update.ts';
import type { Shapes } from './vector.ts';
import { hostYielder } from './yield.ts';

/**
 * Makes the gradient of the whole batch of that of the shards computed here: `addGradients` of the parts of all processes, in the order
 * of their shards, so that the bits do not depend on how many processes there are. The trainer frees its argument and its result.
 */
export type Reduce = (part: Gradient) => Gradient | Promise<Gradient>;

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
  /** Equal parts that each batch is cut into, one after the other: gradient accumulation. See `batchGradient`. Default: 1. */
  readonly shards?: number;
  /** Which of the shards are computed here, where several processes share them: an aligned group of 2ᵏ. Default: all. */
  readonly own?: Span;
  /** Called between gradient and update: adds what other processes computed. Default: nothing is to be added. */
  readonly reduce?: Reduce;
  /**
   * Let a model that can (`calibrate`) initialize its parameters from the first batch, if training begins at step 0. Default: true;
   * false for parameters that were learned before.
   */
  readonly calibrate?: boolean;
  /** Called, and awaited, after every step. */
  readonly onStep?: (report: StepReport) => void | Promise<void>;
  /**
   * Called, and awaited, where anything but a divergence ends training: a source or a callback that throws, a device that fails. The last
   * state is good and may be saved; it is valid until the call returns. An error of its own is passed over for the one that came first.
   */
  readonly onFailure?: (reached: { readonly state: TrainState; readonly shapes: Shapes }) => void | Promise<void>;
  /** Asked after every step; true ends training early. */
  readonly shouldStop?: () => boolean;
}

/** Numbers by name, as the KL divergence of each latent. */
export type ReportedTerms = { readonly [name: string]: readonly number[] };

/** What is known after a step. */
export interface StepReport {
  /** Steps done, this one included. */
  readonly step: number;
  readonly epoch: number;
  /** Mean over the batch of nats per image, before the update: −log p, or the bound of it that is trained. */
  readonly nats: number;
  readonly bitsPerDim: number;
  /** What `nats` is: an upper bound of an exact model's that has an objective of its own. */
  readonly bound: Bound;
  /** Norm of the gradient before clipping. */
  readonly gradientNorm: number;
  /** What the model's objective reports beside the nats: means over the batch. */
  readonly terms?: ReportedTerms;
  readonly learningRate: number;
  /** Valid until the call returns. */
  readonly state: TrainState;
  readonly shapes: Shapes;
}

/**
 * Trains until `steps` are done or `shouldStop` says so. Pure up to speed: the same state and source give the same result.
 * However it ends, the source is closed (`return`) and that is waited for.
 * @returns the last state, which is the caller's to dispose (`startState` itself if there was nothing to do)
 * @throws DivergedError if the loss, the gradient or a parameter is not finite; the state before that step was the last one
 * given to `onStep`
 */
export async function train(options: TrainOptions): Promise<TrainState> {
  const { model, source, startState, onFailure } = options;
  checkSource(source);
  let reached = startState;
  const release = () => {
    if (reached && reached !== startState) disposeState(reached);
  };
  const reach = (next: TrainState) => {
    if (next !== reached) release();
    reached = next;
    return next;
  };
  try {
    await closing(source, () => run(options, reach));
    return reached!;
  } catch (error) {
    if (onFailure && reached && !(error instanceof DivergedError))
      await (async () => onFailure({ state: reached!, shapes: modelShapes(model) }))().catch(() => {});
    release();
    throw error;
  }
}

/** Tells `reach` of every state as it comes; the one before is then gone. */
async function run(options: TrainOptions, reach: (next: TrainState) => TrainState): Promise<void> {
  const { model, source, optimizer, schedule = constant(), steps, seed, startState, onStep, shouldStop } = options;
  if (options.own && !options.reduce)
    throw new Error('train: wanted a reduce that adds the shards that are not among own, got none');
  const shapes = modelShapes(model);
  const yieldToHost = hostYielder();
  let state = reach(startState ?? initialState({ model, optimizer, seed, ema: options.ema !== undefined }));
  let upcoming = state.step < steps ? nextBatch(source, state.step) : undefined;
  while (upcoming) {
    const batch = await upcoming;
    // Read ahead while the step is computed.
    upcoming = state.step + 1 < steps ? nextBatch(source, state.step + 1) : undefined;
    if (state.step === 0 && options.calibrate !== false)
      state = reach(calibrateState({ model, shapes, optimizer, state, batch }));
    const learningRate = optimizer.learningRate * schedule(state.step);
    const result = await reducedStep({ ...options, shapes, state, batch, learningRate });
    state = reach(result.state);
    const { nats, gradientNorm, terms } = await readMetrics(result, state.step);
    await onStep?.({
      step: state.step,
      epoch: batch.epoch,
      nats,
      bitsPerDim: bitsPerDim(nats, model.image),
      bound: model.objective && model.bound === 'exact' ? 'upper' : model.bound,
      gradientNorm,
      ...(terms && { terms }),
      learningRate,
      state,
      shapes,
    });
    await yieldToHost();
    if (shouldStop?.()) break;
  }
}

/** Gradient, reduce, update. */
async function reducedStep(
  options: GradientOptions & UpdateOptions & Pick<TrainOptions, 'reduce'>,
): Promise<StepResult> {
  const part = batchGradient(options);
  let whole = part;
  try {
    if (options.reduce) whole = await options.reduce(part);
    return updateState(whole, options);
  } finally {
    disposeGradient(part);
    disposeGradient(whole);
  }
}

function checkSource(source: BatchSource): void {
  if (typeof source?.next === 'function') return;
  const got = Array.isArray(source) ? 'an array' : source ? `a ${typeof source}` : String(source);
  throw new Error(`train: wanted a source with next(), as trainBatches of @pixelrnn/data gives, got ${got}`);
}

/** Closes the source after `body`, whatever way it ends, once. An error of `body` says more than one that closing makes after it. */
async function closing(source: BatchSource, body: () => Promise<void>): Promise<void> {
  const close = async () => void (await source.return?.());
  try {
    await body();
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
  await close();
}

/** A promise that is looked at later must not count as unhandled when the loop ends before. */
function nextBatch(source: BatchSource, step: number): Promise<TrainBatch> {
  const promise = batchOf(source, step);
  promise.catch(() => {});
  return promise;
}

async function batchOf(source: BatchSource, step: number): Promise<TrainBatch> {
  const { value, done } = await source.next();
  if (done) throw new Error(`train: the source ended before step ${step + 1}`);
  if (value?.step !== step) throw new Error(`train: wanted the batch of step ${step}, got that of step ${value?.step}`);
  return value;
}

async function readMetrics(
  { metrics, terms }: Pick<StepResult, 'metrics' | 'terms'>,
  step: number,
): Promise<Pick<StepReport, 'nats' | 'gradientNorm' | 'terms'>> {
  const [nats, gradientNorm, parameterNorm, ...rest] = await metrics.data().finally(() => metrics.dispose());
  if (!Number.isFinite(nats)) throw new DivergedError(step, `the loss is ${nats}`);
  if (!Number.isFinite(gradientNorm)) throw new DivergedError(step, `the norm of the gradient is ${gradientNorm}`);
  if (!Number.isFinite(parameterNorm)) throw new DivergedError(step, `the norm of the parameters is ${parameterNorm}`);
  if (terms.length === 0) return { nats, gradientNorm };
  return { nats, gradientNorm, terms: Object.fromEntries(terms.map(([name, size]) => [name, rest.splice(0, size)])) };
}
