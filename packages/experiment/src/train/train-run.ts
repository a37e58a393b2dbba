import { existsSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { messageOf } from '@pixelrnn/files';
import { DivergedError, disposeState, type TrainState } from '@pixelrnn/trainer';
import {
  type CheckpointState,
  checkpointFolder,
  newestCheckpoint,
  removePartial,
  setAsideCheckpoints,
} from '../checkpoint/checkpoint.ts';
import { environment } from '../environment.ts';
import { asExperiment, ExperimentError } from '../experiment-error.ts';
import { lockRun } from '../lock.ts';
import { writeReport } from '../report/report.ts';
import { rewindJournal } from '../run/journal.ts';
import type { RunConfig } from '../run/run-config.ts';
import { amendRun } from './amendment.ts';
import {
  beginRun,
  type OpenSession,
  openSession,
  type RankOptions,
  reopenSession,
  type TrainRunOptions,
} from './begin-run.ts';
import { extendRun, noteExtension } from './extension.ts';
import { sameOrigin } from './origin.ts';
import { agreeOnRun } from './ranks/agreement.ts';
import { followRun } from './ranks/follow-run.ts';
import { ranksOf } from './ranks/ranks.ts';
import { leadSteps } from './ranks/steps.ts';
import { EARLY_STOPPING } from './recorders/early-stopping.ts';
import type { Failure } from './recorders/ending.ts';
import { type RunRecord, recordRun } from './recorders/record-run.ts';
import { type Session, trainOptions } from './session.ts';
import { startTogether } from './starting-state.ts';
import type { TrainRunResult } from './train-run-result.ts';

/** What an interrupt before the first step leaves. */
const NOTHING = { step: 0, steps: 0, interrupted: true, seconds: 0, parameters: 0 };

/**
 * Trains a recipe in a run folder, or goes on with one. Killed at any moment, the folder can be resumed, and then ends with the same
 * bits on the same backend as if it had not been.
 * @throws ExperimentError with one line for the user
 */
export function trainRun({ cluster, signal, ...options }: TrainRunOptions): Promise<TrainRunResult> {
  const ranks = ranksOf(cluster, signal);
  const own = { ...options, signal: ranks.signal, ranks };
  return asExperiment(() => (ranks.communicator.rank === 0 ? leadRun(own) : followRun(own)));
}

/** Whatever the end is, the other ranks are told of it. */
async function leadRun(options: RankOptions): Promise<TrainRunResult> {
  let result: TrainRunResult | undefined;
  try {
    result = await openedRun(options);
    return result;
  } finally {
    options.ranks.call({ next: 'end', result });
  }
}

async function openedRun(options: RankOptions): Promise<TrainRunResult> {
  const first = await unlessInterrupted(openSession(options), options.signal);
  if (!first) return { ...NOTHING, folder: options.out };
  const { folder, files } = first.session;
  const isNew = !existsSync(folder);
  const unlock = await lockRun(folder, files);
  try {
    const opened = await unlessInterrupted(reopenSession(first, options), options.signal);
    if (!opened) return { ...NOTHING, folder };
    const { session } = opened;
    options.ranks.call({ next: 'open', recipe: session.recipe });
    await agreeOnRun(options, () => session.dataset);
    await removePartial(folder);
    const config = opened.stored ?? (await beginRun(opened, options));
    if (!config) return { ...NOTHING, folder };
    return await trainSession(opened, config, options);
  } finally {
    await unlock();
    if (isNew) await rmdir(folder).catch(() => {}); // it holds something, unless nothing was begun
  }
}

/** What is done, or undefined where the signal has ended it. */
const unlessInterrupted = <T>(done: Promise<T>, signal?: AbortSignal): Promise<T | undefined> =>
  done.catch((error: unknown) => {
    if (signal?.aborted && error === signal.reason) return undefined;
    throw error;
  });

async function trainSession(
  { session, origin }: OpenSession,
  begun: RunConfig,
  options: RankOptions,
): Promise<TrainRunResult> {
  const { folder, files } = session;
  const { signal, callbacks, onProgress, onWarning = () => {} } = options;
  const checkpoint = await newestCheckpoint(folder, onWarning);
  const step = checkpoint?.state.step ?? 0;
  const vector = checkpoint
    ? undefined
    : (origin?.vector ?? (await sameOrigin(session, begun, options.init, onWarning)));
  const amended = await amendRun(session, begun, step);
  const known = amended?.config ?? begun;
  const extended =
    options.steps === undefined ? undefined : await extendRun(session, known, { to: options.steps, step });
  const { hash, steps, parameters } = extended?.config ?? known;
  const start = options.steps === undefined ? checkpoint?.state : withoutStop(checkpoint?.state);
  const record = recordRun({ session, steps, start, signal, callbacks, onProgress, onWarning });
  const { state: startState, shapes } = await startTogether(session, steps, { checkpoint, vector });
  const unread = await setAsideCheckpoints(folder, step);
  const dropped = await rewindJournal(folder, step, files, start?.undone);
  let epoch = start?.epoch ?? 0;
  let state: TrainState = startState;
  let isSaved = false;
  try {
    const conditions = { hash, environment: environment(options.backend) };
    await record.journal({
      event: checkpoint ? 'resume' : 'start',
      step,
      dropped,
      ...(unread.length > 0 && { unread }),
      ...conditions,
    });
    if (amended) await record.journal({ event: 'amend', ...amended.amendment });
    if (extended) await noteExtension(extended, record.journal, onWarning);
    if (vector) await record.save(startState, shapes, epoch);
    await record.begin({ step, state: startState, shapes });
    state = await leadSteps(session.ranks, {
      ...trainOptions(session, steps, step),
      steps: record.stopped() === undefined && !record.failure() ? steps : step,
      startState,
      calibrate: begun.init === undefined,
      onStep: async (report) => {
        epoch = report.epoch;
        await record.onStep(report);
      },
      onFailure: async (reached) => {
        await record.save(reached.state, reached.shapes, epoch);
        isSaved = true;
      },
      shouldStop: record.shouldStop,
    });
    await record.save(state, shapes, epoch);
  } catch (error) {
    if (!(error instanceof DivergedError)) {
      const told = await failed({ error }, session, record);
      throw isSaved ? told : error;
    }
    const place = placeOf(folder, record.savedStep(), 'the last good checkpoint is');
    throw new ExperimentError(`${error.message}; ${place}`, { cause: error });
  } finally {
    disposeState(startState);
    if (state !== startState) disposeState(state);
  }
  const [failure, stopped] = [record.failure(), record.stopped()];
  if (failure) throw await failed(failure, session, record);
  const interrupted = !record.isComplete() || (state.step < steps && stopped === undefined);
  const reason = { ...(stopped !== undefined && { stopped }) };
  await record.journal({ event: 'end', step: state.step, interrupted, ...reason });
  const report = await writeReport(folder, { files });
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

/** Notes in the run what has ended it, as far as it can be written to, and says where it can go on. */
async function failed({ error, of }: Failure, { folder, files }: Session, record: RunRecord): Promise<ExperimentError> {
  const step = record.savedStep();
  const end = { event: 'end', step: Math.max(0, step), interrupted: true, error: messageOf(error) };
  const noted = record.journal(end).then(() => writeReport(folder, { files }));
  await noted.catch(() => {}); // the disk that is full has said so
  const what = of ? `${of} failed: ${messageOf(error)}` : messageOf(error);
  return new ExperimentError(`${what}; ${placeOf(folder, step, 'the run can go on from')}`, { cause: error });
}
