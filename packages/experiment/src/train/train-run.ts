import {
  DivergedError,
  disposeState,
  initialState,
  modelShapes,
  type Shapes,
  type TrainState,
  train,
} from '@pixelrnn/trainer';
import {
  type Best,
  type Checkpoint,
  checkpointFolder,
  dropCheckpoints,
  newestCheckpoint,
  removePartial,
} from '../checkpoint/checkpoint.ts';
import { trainStateOf } from '../checkpoint/train-state.ts';
import { environment } from '../environment.ts';
import { asExperiment, ExperimentError } from '../experiment-error.ts';
import { lockRun } from '../lock.ts';
import { writeReport } from '../report/report.ts';
import { rewindJournal } from '../run/journal.ts';
import type { RunConfig } from '../run/run-config.ts';
import { beginRun, openSession, type TrainRunOptions } from './begin-run.ts';
import { recorder } from './recorder.ts';
import { type Session, trainOptions } from './session.ts';

/** How far a run has come. */
export interface TrainRunResult {
  readonly folder: string;
  readonly step: number;
  readonly steps: number;
  /** The signal came before all was done. */
  readonly interrupted: boolean;
  /** Wall-clock time of training, over all sessions. */
  readonly seconds: number;
  readonly parameters: number;
  /** Newest validation of this session, on `evaluateImages` images. */
  readonly valid?: Best;
  readonly best?: Best;
  /** Path of `report.html`. */
  readonly report?: string;
}

/**
 * Trains a recipe in a run folder, or goes on with one. Killed at any moment, the folder can be resumed, and then ends with the same
 * bits on the same backend as if it had not been.
 * @throws ExperimentError with one line for the user
 */
export function trainRun(options: TrainRunOptions): Promise<TrainRunResult> {
  return asExperiment(async () => {
    const { session, stored } = await openSession(options);
    const { folder, files } = session;
    const unlock = await lockRun(folder, files);
    try {
      await removePartial(folder);
      const config = stored ?? (await beginRun(session, options));
      if (!config) return { folder, step: 0, steps: 0, interrupted: true, seconds: 0, parameters: 0 };
      return await trainSession(session, config, options);
    } finally {
      await unlock();
    }
  });
}

async function trainSession(session: Session, config: RunConfig, options: TrainRunOptions): Promise<TrainRunResult> {
  const { folder, files } = session;
  const { signal, onProgress, onWarning = () => {} } = options;
  const { steps, parameters } = config;
  const checkpoint = await newestCheckpoint(folder, onWarning);
  const { state: startState, shapes } = startingState(session, steps, checkpoint);
  await dropCheckpoints(folder, startState.step);
  const dropped = await rewindJournal(folder, startState.step, files, checkpoint?.state.undone);
  const record = recorder({ session, steps, start: checkpoint?.state, signal, onProgress, onWarning });
  const conditions = { hash: config.hash, environment: environment(options.backend) };
  await record.journal({ event: checkpoint ? 'resume' : 'start', step: startState.step, dropped, ...conditions });

  let epoch = checkpoint?.state.epoch ?? 0;
  let state: TrainState = startState;
  try {
    await record.catchUp({ step: startState.step, state: startState, shapes });
    state = await train({
      ...trainOptions(session, steps, startState.step),
      startState,
      onStep: async (report) => {
        epoch = report.epoch;
        await record.onStep(report);
      },
      shouldStop: () => signal?.aborted ?? false,
    });
    await record.save(state, shapes, epoch);
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    const good = record.savedStep();
    const place =
      good >= 0 ? `the last good checkpoint is ${checkpointFolder(folder, good)}` : 'there is no checkpoint yet';
    throw new ExperimentError(`${error.message}; ${place}`, { cause: error });
  } finally {
    disposeState(startState);
    if (state !== startState) disposeState(state);
  }
  const interrupted = state.step < steps || !record.isComplete();
  await record.journal({ event: 'end', step: state.step, interrupted });
  const report = await writeReport(folder, { files });
  return {
    folder,
    step: state.step,
    steps,
    interrupted,
    seconds: record.seconds(),
    parameters,
    valid: record.valid(),
    best: record.best(),
    report,
  };
}

function startingState(
  session: Session,
  steps: number,
  checkpoint?: Checkpoint,
): { state: TrainState; shapes: Shapes } {
  const { model, recipe } = session;
  const { optimizer, ema } = trainOptions(session, steps);
  const shapes = modelShapes(model);
  const fresh = initialState({ model, optimizer, seed: recipe.seed, ema: ema !== undefined });
  if (!checkpoint) return { state: fresh, shapes };
  const state = trainStateOf(checkpoint, shapes, fresh);
  disposeState(fresh);
  return { state, shapes };
}
