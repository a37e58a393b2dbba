import { join } from 'node:path';
import {
  DivergedError,
  evaluationVector,
  NotFiniteError,
  type Shapes,
  type StepReport,
  type TrainState,
  unflatten,
} from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import {
  type BatchSums,
  type CheckpointState,
  pruneCheckpoints,
  type StepDuty,
  saveCheckpoint,
} from '../checkpoint/checkpoint.ts';
import { checkpointOf, weightsOf } from '../checkpoint/train-state.ts';
import { writeWhole } from '../files.ts';
import { sheet } from '../report/sheet.ts';
import { evaluateSplit } from '../run/evaluation.ts';
import { type JournalEntry, writeJournal } from '../run/journal.ts';
import { interval, PER_RUN } from './budget.ts';
import { drawSamples } from './draw-samples.ts';
import { stopwatch, type TrainProgress } from './progress.ts';
import type { Session } from './session.ts';

export interface RecorderOptions {
  readonly session: Session;
  readonly steps: number;
  /** Of the checkpoint that the run goes on from. */
  readonly start?: CheckpointState;
  /** Once it has come, nothing is begun but to save. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void;
  readonly onWarning: (line: string) => void;
}

/** A state to evaluate, and the step it belongs to. */
type Reached = Pick<StepReport, 'step' | 'state' | 'shapes'>;

const NO_BATCHES: BatchSums = { nats: 0, bitsPerDim: 0, count: 0 };

/**
 * Writes a run down while it trains: journal, validation, samples and checkpoints, each at its interval. The checkpoint comes last
 * of what belongs to a step, so that a run that goes on from it misses nothing; what an interrupt leaves undone is noted in it.
 */
export function recorder({ session, steps, start, signal, onProgress, onWarning }: RecorderOptions) {
  const { folder, recipe, model, dataset, files } = session;
  const every = {
    journal: interval(recipe.journalEvery, steps, PER_RUN.journalEntries),
    evaluation: dataset.size('valid') > 0 ? interval(recipe.evaluateEvery, steps, PER_RUN.evaluations) : 0,
    checkpoint: interval(recipe.checkpointEvery, steps, PER_RUN.checkpoints),
    samples: interval(recipe.sampleEvery, steps, PER_RUN.samples),
  };
  const began = performance.now();
  const watch = stopwatch();
  let { best, recent = NO_BATCHES, undone = [] } = start ?? {};
  let savedStep = start?.step ?? -1;
  let valid: TrainProgress['valid'];

  const seconds = () => (start?.seconds ?? 0) + (performance.now() - began) / 1000;
  const isDue = (step: number, interval: number) => interval > 0 && (step % interval === 0 || step === steps);
  const stopIfAsked = () => signal?.throwIfAborted();
  const journal = (entry: Omit<JournalEntry, 'time'>) =>
    writeJournal(folder, { ...entry, seconds: round(seconds()) }, files);

  async function writeStep({ step, epoch, gradientNorm, learningRate }: StepReport, imagesPerSecond: number) {
    const nats = recent.nats / recent.count;
    const bitsPerDim = recent.bitsPerDim / recent.count;
    recent = NO_BATCHES;
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

  async function writeEvaluation({ step, state, shapes }: Reached) {
    const params = tf.tidy(() => unflatten(evaluationVector(state), shapes));
    try {
      const limit = recipe.evaluateImages ?? undefined;
      const result = await evaluateSplit(session, params, { split: 'valid', limit, onProgress: stopIfAsked });
      await journal({ event: 'evaluation', step, split: 'valid', ...result });
      if (result.warning) onWarning(`step ${step}: ${result.warning}`);
      valid = { step, nats: result.nats, bitsPerDim: result.bitsPerDim };
      if (!best || valid.nats < best.nats) best = valid;
    } catch (error) {
      throw error instanceof NotFiniteError ? new DivergedError(step, `in validation ${error.found}`) : error;
    } finally {
      tf.dispose(params as tf.TensorContainer);
    }
  }

  async function writeSamples({ step, state, shapes }: Reached) {
    const weights = weightsOf((await evaluationVector(state).data()) as Float32Array, shapes);
    const { images } = await drawSamples(session, weights, stopIfAsked);
    const file = join('samples', `${step}.png`);
    await writeWhole(join(folder, file), sheet(images, model.image), files);
    await journal({ event: 'samples', step, file, count: recipe.sampleCount, seed: recipe.seed });
  }

  /** Does what is due of a step, until the signal comes; `undone` is what is left then. */
  async function fulfil(duties: readonly StepDuty[], reached: Reached, tell: (phase: TrainProgress['phase']) => void) {
    undone = duties;
    try {
      while (undone.length > 0) {
        stopIfAsked();
        const [duty, ...others] = undone;
        tell(duty === 'evaluation' ? 'evaluating' : 'sampling');
        await (duty === 'evaluation' ? writeEvaluation(reached) : writeSamples(reached));
        undone = others;
      }
    } catch (error) {
      if (!signal?.aborted || error !== signal.reason) throw error;
    }
  }

  async function save(state: TrainState, shapes: Shapes, epoch: number) {
    if (state.step === savedStep) return;
    const beside = { epoch, seconds: round(seconds()), best, recent, ...(undone.length > 0 && { undone }) };
    await saveCheckpoint(folder, await checkpointOf(state, shapes, beside), files);
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
    isComplete: () => undone.length === 0,

    /** Makes up for what an interrupt has left undone of the step that the run goes on from. */
    async catchUp(reached: Reached): Promise<void> {
      if (undone.length === 0 || !start) return;
      await fulfil(undone, reached, () => {});
      savedStep = -1;
      await save(reached.state, reached.shapes, start.epoch);
    },

    async onStep(report: StepReport): Promise<void> {
      const { step, epoch, nats, bitsPerDim, state, shapes } = report;
      const secondsPerStep = watch.lap();
      const imagesPerSecond = round(recipe.batchSize / secondsPerStep);
      recent = { nats: recent.nats + nats, bitsPerDim: recent.bitsPerDim + bitsPerDim, count: recent.count + 1 };
      const eta = (steps - step) * secondsPerStep;
      const tell = (phase: TrainProgress['phase']) =>
        onProgress?.({ phase, step, steps, epoch, nats, bitsPerDim, imagesPerSecond, eta, valid });
      tell('training');
      if (isDue(step, every.journal)) await writeStep(report, imagesPerSecond);
      await fulfil(
        DUTIES.filter((duty) => isDue(step, every[duty])),
        report,
        tell,
      );
      if (best?.step === step || isDue(step, every.checkpoint)) await save(state, shapes, epoch);
      watch.start();
    },
  };
}

const DUTIES = ['evaluation', 'samples'] as const satisfies readonly StepDuty[];

const round = (value: number) => Number(value.toPrecision(6));
