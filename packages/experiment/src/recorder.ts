import { join } from 'node:path';
import { sample } from '@pixelrnn/generate';
import { evaluationVector, type Shapes, type StepReport, type TrainState, unflatten } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { interval, PER_RUN } from './budget.ts';
import { type Best, pruneCheckpoints, saveCheckpoint } from './checkpoint.ts';
import { evaluateSplit } from './evaluation.ts';
import { writeWhole } from './files.ts';
import { type JournalEntry, writeJournal } from './journal.ts';
import { stopwatch, type TrainProgress } from './progress.ts';
import type { Session } from './session.ts';
import { sheet } from './sheet.ts';
import { checkpointOf, weightsOf } from './train-state.ts';

export interface RecorderOptions {
  readonly session: Session;
  readonly steps: number;
  /** From the checkpoint that the run goes on from. */
  readonly seconds: number;
  readonly best?: Best;
  readonly savedStep: number;
  readonly onProgress?: (progress: TrainProgress) => void;
  readonly onWarning: (line: string) => void;
}

/**
 * Writes a run down while it trains: journal, validation, samples and checkpoints, each at its interval. The checkpoint comes last
 * of what belongs to a step, so that a run that goes on from it misses nothing.
 */
export function recorder({ session, steps, onProgress, onWarning, ...start }: RecorderOptions) {
  const { folder, recipe, model, dataset, files } = session;
  const every = {
    journal: interval(recipe.journalEvery, steps, PER_RUN.journalEntries),
    evaluation: interval(recipe.evaluateEvery, steps, PER_RUN.evaluations),
    checkpoint: interval(recipe.checkpointEvery, steps, PER_RUN.checkpoints),
    samples: interval(recipe.sampleEvery, steps, PER_RUN.samples),
  };
  const began = performance.now();
  const watch = stopwatch();
  let { best, savedStep } = start;
  let valid: TrainProgress['valid'];
  let recent = { nats: 0, bitsPerDim: 0, count: 0 };

  const seconds = () => start.seconds + (performance.now() - began) / 1000;
  const isDue = (step: number, interval: number) => interval > 0 && (step % interval === 0 || step === steps);
  const journal = (entry: Omit<JournalEntry, 'time'>) =>
    writeJournal(folder, { ...entry, seconds: round(seconds()) }, files);

  async function writeStep({ step, epoch, gradientNorm, learningRate }: StepReport, imagesPerSecond: number) {
    const nats = recent.nats / recent.count;
    const bitsPerDim = recent.bitsPerDim / recent.count;
    recent = { nats: 0, bitsPerDim: 0, count: 0 };
    const memory = { residentMiB: Math.round(process.memoryUsage.rss() / 2 ** 20), tensors: tf.memory().numTensors };
    await journal({
      event: 'step',
      step,
      epoch,
      nats,
      bitsPerDim,
      gradientNorm,
      learningRate,
      imagesPerSecond,
      memory,
    });
  }

  async function writeEvaluation({ step, state, shapes }: StepReport): Promise<boolean> {
    const params = tf.tidy(() => unflatten(evaluationVector(state), shapes));
    try {
      const result = await evaluateSplit(session, params, {
        split: 'valid',
        limit: recipe.evaluateImages ?? undefined,
      });
      await journal({ event: 'evaluation', step, split: 'valid', ...result });
      if (result.warning) onWarning(`step ${step}: ${result.warning}`);
      valid = { step, nats: result.nats, bitsPerDim: result.bitsPerDim };
    } finally {
      tf.dispose(params as tf.TensorContainer);
    }
    if (best && best.nats <= valid.nats) return false;
    best = valid;
    return true;
  }

  async function writeSamples({ step, state, shapes }: StepReport) {
    const weights = weightsOf((await evaluationVector(state).data()) as Float32Array, shapes);
    const count = recipe.sampleCount;
    const labels =
      model.classes === undefined ? undefined : Int32Array.from({ length: count }, (_, i) => i % model.classes!);
    const { images } = await sample(model, weights, { count, seed: recipe.seed, labels });
    const file = join('samples', `${step}.png`);
    await writeWhole(join(folder, file), sheet(images, model.image), files);
    await journal({ event: 'samples', step, file, count, seed: recipe.seed });
  }

  async function save(state: TrainState, shapes: Shapes, epoch: number) {
    if (state.step === savedStep) return;
    await saveCheckpoint(folder, await checkpointOf(state, shapes, { epoch, seconds: round(seconds()), best }), files);
    savedStep = state.step;
    await pruneCheckpoints(folder, recipe.keep, best?.step);
  }

  return {
    journal,
    save,
    seconds,
    best: () => best,
    valid: () => valid,
    savedStep: () => savedStep,

    async onStep(report: StepReport): Promise<void> {
      const { step, epoch, nats, bitsPerDim, state, shapes } = report;
      const secondsPerStep = watch.lap();
      const imagesPerSecond = round(recipe.batchSize / secondsPerStep);
      recent = { nats: recent.nats + nats, bitsPerDim: recent.bitsPerDim + bitsPerDim, count: recent.count + 1 };
      const tell = (phase: TrainProgress['phase']) =>
        onProgress?.({
          phase,
          step,
          steps,
          epoch,
          nats,
          bitsPerDim,
          imagesPerSecond,
          eta: (steps - step) * secondsPerStep,
          valid,
        });
      tell('training');
      if (isDue(step, every.journal)) await writeStep(report, imagesPerSecond);
      let isBest = false;
      if (isDue(step, every.evaluation) && dataset.size('valid') > 0) {
        tell('evaluating');
        isBest = await writeEvaluation(report);
      }
      if (isDue(step, every.samples)) {
        tell('sampling');
        await writeSamples(report);
      }
      if (isBest || isDue(step, every.checkpoint)) await save(state, shapes, epoch);
      watch.start();
    },
  };
}

const round = (value: number) => Number(value.toPrecision(6));
