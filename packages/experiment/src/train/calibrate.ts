import type { Params } from '@pixelrnn/core';
import { disposeState, evaluationVector, modelShapes, unflatten } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { weightsOf } from '../checkpoint/train-state.ts';
import { median } from '../quantile.ts';
import { ENDLESS } from '../recipe/check-known.ts';
import { EVALUATION_DEFAULTS, evaluateSplit } from '../run/evaluation.ts';
import { CALIBRATION, PER_RUN, stepsForMinutes } from './budget.ts';
import { drawSamples } from './draw-samples.ts';
import { leadSteps } from './ranks/steps.ts';
import { type Session, trainOptions } from './session.ts';
import { startTogether } from './starting-state.ts';

/**
 * Measures how many steps fit into `recipe.minutes`: trains some steps that are thrown away, so that the run itself is what a run of
 * so many `steps` would have been.
 * @returns undefined if the signal came first
 */
export async function calibrate(
  session: Session,
  signal?: AbortSignal,
): Promise<{ steps: number; secondsPerStep: number } | undefined> {
  const { recipe } = session;
  const began = performance.now();
  const laps: number[] = [];
  const { state: startState, shapes } = await startTogether(session, ENDLESS, {});
  const state = await leadSteps(session.ranks, {
    ...trainOptions(session, ENDLESS),
    steps: CALIBRATION.warmUpSteps + CALIBRATION.timedSteps,
    startState,
    onStep: () => void laps.push(performance.now() / 1000),
    shouldStop: () => signal?.aborted ?? false,
  });
  const params = tf.tidy(() => unflatten(evaluationVector(state), shapes)); // those that other ranks evaluate, too
  try {
    if (signal?.aborted) return undefined;
    const secondsPerStep = median(
      laps.slice(CALIBRATION.warmUpSteps).map((time, i) => time - laps[CALIBRATION.warmUpSteps + i - 1]),
    );
    const evaluation = await secondsPerEvaluation(session, params);
    const sampling = await secondsPerSampling(session, (await state.params.data()) as Float32Array);
    const beside = [
      timeBeside(recipe.evaluateEvery, PER_RUN.evaluations, evaluation),
      timeBeside(recipe.sampleEvery, PER_RUN.samples, sampling),
    ];
    const steps = stepsForMinutes({
      minutes: recipe.minutes!,
      spentSeconds: (performance.now() - began) / 1000 + sum(beside.map(({ fixed }) => fixed)),
      secondsPerStep: secondsPerStep + sum(beside.map(({ perStep }) => perStep)),
    });
    return { steps, secondsPerStep };
  } finally {
    for (const each of new Set([startState, state])) disposeState(each);
    tf.dispose(params as tf.TensorContainer);
  }
}

/** What happens `every` so many steps, or else some `times` in the run. */
function timeBeside(every: number | undefined, times: number, seconds: number): { fixed: number; perStep: number } {
  if (every === undefined) return { fixed: times * seconds, perStep: 0 };
  return { fixed: 0, perStep: every > 0 ? seconds / every : 0 };
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** From one batch: the first is not timed. */
async function secondsPerEvaluation(session: Session, params: Params): Promise<number> {
  const images = Math.min(session.recipe.evaluateImages ?? Number.POSITIVE_INFINITY, session.dataset.size('valid'));
  if (images === 0) return 0;
  const limit = Math.min(images, EVALUATION_DEFAULTS.batchSize);
  let began = 0;
  for (const _ of ['warm-up', 'timed']) {
    began = performance.now();
    await evaluateSplit(session, params, { split: 'valid', limit });
  }
  return ((performance.now() - began) / 1000) * (images / limit);
}

/** From one row of pixels: the first is not timed. */
async function secondsPerSampling(session: Session, vector: Float32Array): Promise<number> {
  if (session.recipe.sampleEvery === 0) return 0;
  const enough = new Error('enough rows');
  const laps = [{ seconds: performance.now() / 1000, share: 0 }];
  const onProgress = (done: number, total: number) => {
    laps.push({ seconds: performance.now() / 1000, share: done / total });
    if (laps.length === 3) throw enough;
  };
  await drawSamples(session, weightsOf(vector, modelShapes(session.model)), onProgress).catch((error) => {
    if (error !== enough) throw error;
  });
  const [before, after] = laps.slice(-2);
  return (after.seconds - before.seconds) / (after.share - before.share);
}
