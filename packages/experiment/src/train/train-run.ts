import type { Bound } from '@pixelrnn/core';
import { messageOf } from '@pixelrnn/data';
import { DivergedError, disposeState, type TrainState, train } from '@pixelrnn/trainer';
import {
  type Best,
  type CheckpointState,
  checkpointFolder,
  dropCheckpoints,
  newestCheckpoint,
  removePartial,
} from '../checkpoint/checkpoint.ts';
import { environment } from '../environment.ts';
import { asExperiment, ExperimentError } from '../experiment-error.ts';
import { lockRun } from '../lock.ts';
import { writeReport } from '../report/report.ts';
import { rewindJournal } from '../run/journal.ts';
import type { RunConfig } from '../run/run-config.ts';
import { beginRun, type OpenSession, openSession, type TrainRunOptions } from './begin-run.ts';
import { extendRun, noteExtension } from './extension.ts';
import { sameOrigin } from './origin.ts';
import { EARLY_STOPPING } from './recorders/early-stopping.ts';
import { recordRun } from './recorders/record-run.ts';
import { trainOptions } from './session.ts';
import { startingState } from './starting-state.ts';

/** How far a run has come. */
export interface TrainRunResult {
  readonly folder: string;
  readonly step: number;
  readonly steps: number;
  /** The signal came before all was done. */
  readonly interrupted: boolean;
  /** Why the run ended before its length was reached, where a callback or early stopping has said so. */
  readonly stopped?: string;
  /** Wall-clock time of training, over all sessions. */
  readonly seconds: number;
  readonly parameters: number;
  /** Newest validation of this session, on `evaluateImages` images. */
  readonly valid?: Best;
  readonly best?: Best;
  /** What these numbers are. */
  readonly bound?: Bound;
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
    const opened = await openSession(options);
    const { session, stored } = opened;
    const { folder, files } = session;
    const unlock = await lockRun(folder, files);
    try {
      await removePartial(folder);
      const config = stored ?? (await beginRun(opened, options));
      if (!config) return { folder, step: 0, steps: 0, interrupted: true, seconds: 0, parameters: 0 };
      return await trainSession(opened, config, options);
    } finally {
      await unlock();
    }
  });
}

async function trainSession(
  { session, origin }: OpenSession,
  begun: RunConfig,
  options: TrainRunOptions,
): Promise<TrainRunResult> {
  const { folder, files } = session;
  const { signal, callbacks, onProgress, onWarning = () => {} } = options;
  const checkpoint = await newestCheckpoint(folder, onWarning);
  const step = checkpoint?.state.step ?? 0;
  const vector = checkpoint
    ? undefined
    : (origin?.vector ?? (await sameOrigin(session, begun, options.init, onWarning)));
  const extended =
    options.steps === undefined ? undefined : await extendRun(session, begun, { to: options.steps, step });
  const { hash, steps, parameters } = extended?.config ?? begun;
  const start = options.steps === undefined ? checkpoint?.state : withoutStop(checkpoint?.state);
  const record = recordRun({ session, steps, start, signal, callbacks, onProgress, onWarning });
  const { state: startState, shapes } = startingState(session, steps, { checkpoint, vector });
  await dropCheckpoints(folder, step);
  const dropped = await rewindJournal(folder, step, files, start?.undone);
  let epoch = start?.epoch ?? 0;
  let state: TrainState = startState;
  try {
    const conditions = { hash, environment: environment(options.backend) };
    await record.journal({ event: checkpoint ? 'resume' : 'start', step, dropped, ...conditions });
    if (extended) await noteExtension(extended, record.journal, onWarning);
    if (vector) await record.save(startState, shapes, epoch);
    await record.begin({ step, state: startState, shapes });
    state = await train({
      ...trainOptions(session, steps, step),
      steps: record.stopped() === undefined && !record.failure() ? steps : step,
      startState,
      onStep: async (report) => {
        epoch = report.epoch;
        await record.onStep(report);
      },
      shouldStop: record.shouldStop,
    });
    await record.save(state, shapes, epoch);
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    const place = placeOf(folder, record.savedStep(), 'the last good checkpoint is');
    throw new ExperimentError(`${error.message}; ${place}`, { cause: error });
  } finally {
    disposeState(startState);
    if (state !== startState) disposeState(state);
  }
  const [failure, stopped] = [record.failure(), record.stopped()];
  const interrupted = failure !== undefined || !record.isComplete() || (state.step < steps && stopped === undefined);
  const reason = failure ? { error: messageOf(failure.error) } : { ...(stopped !== undefined && { stopped }) };
  await record.journal({ event: 'end', step: state.step, interrupted, ...reason });
  const report = await writeReport(folder, { files });
  if (failure) throw callbackError(failure.error, folder, state.step);
  return {
    folder,
    step: state.step,
    steps,
    interrupted,
    ...(stopped !== undefined && { stopped }),
    seconds: record.seconds(),
    parameters,
    valid: record.valid(),
    best: record.best(),
    bound: session.model.bound,
    report,
  };
}

/** A run that was stopped early and is told to go on: what stopped it begins to count anew. */
function withoutStop(start: CheckpointState | undefined): CheckpointState | undefined {
  if (start?.stopped === undefined) return start;
  const { stopped: _, callbacks: { [EARLY_STOPPING]: _waited, ...callbacks } = {}, ...state } = start;
  return { ...state, callbacks };
}

const placeOf = (folder: string, step: number, is: string) =>
  step >= 0 ? `${is} ${checkpointFolder(folder, step)}` : 'there is no checkpoint yet';

const callbackError = (error: unknown, folder: string, step: number) =>
  new ExperimentError(`a callback failed: ${messageOf(error)}; ${placeOf(folder, step, 'the run can go on from')}`, {
    cause: error,
  });
