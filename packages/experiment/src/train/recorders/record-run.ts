import type { Shapes, StepReport, TrainState } from '@pixelrnn/trainer';
import type { Best, CheckpointState, StepDuty } from '../../checkpoint/checkpoint.ts';
import type { BesideState } from '../../checkpoint/train-state.ts';
import { ExperimentError } from '../../experiment-error.ts';
import { writeJournal } from '../../run/journal.ts';
import { interval, PER_RUN } from '../budget.ts';
import { stopwatch, type TrainProgress, type Validated } from '../progress.ts';
import type { Session } from '../session.ts';
import type { Emit, RunCallback } from './callback.ts';
import { checkpoints } from './checkpoints.ts';
import { collapse } from './collapse.ts';
import type { Reached } from './duty.ts';
import { earlyStopping } from './early-stopping.ts';
import { ending, type Failure } from './ending.ts';
import { guarded } from './guarded.ts';
import { journal, type WriteJournal } from './journal.ts';
import { progress } from './progress.ts';
import { samples } from './samples.ts';
import { summaries } from './summaries.ts';
import { validation } from './validation.ts';

/** What {@link recordRun} records, and whom it tells. */
export interface RecordRunOptions {
  readonly session: Session;
  readonly steps: number;
  /** Of the checkpoint that the run goes on from. */
  readonly start?: CheckpointState;
  /** Once it has come, nothing is begun but to save. */
  readonly signal?: AbortSignal;
  /** The user's own. */
  readonly callbacks?: readonly RunCallback[];
  readonly onProgress?: (progress: TrainProgress) => void;
  readonly onWarning: (line: string) => void;
}

/** A run that is being recorded. */
export interface RunRecord {
  readonly journal: WriteJournal;
  /** Tells that the session begins, and makes up for what an interrupt has left undone of the step that it goes on from. */
  begin(reached: Reached): Promise<void>;
  onStep(report: StepReport): Promise<void>;
  shouldStop(): boolean;
  /** Saves the last state. */
  save(state: TrainState, shapes: Shapes, epoch: number): Promise<void>;
  seconds(): number;
  best(): Best | undefined;
  valid(): Validated | undefined;
  savedStep(): number;
  /** Nothing is left undone. */
  isComplete(): boolean;
  /** Why the run was stopped early, if it was. */
  stopped(): string | undefined;
  /** What a callback threw, or kept a duty from being done. */
  failure(): Failure | undefined;
}

/**
 * Writes a run down while it trains. All that hear of a step stand in one list; what they tell in turn (a summary, a validation) goes
 * through the same list before the step goes on:
 *
 *     progress, summaries, journal, collapse, early stopping, user's   listen
 *     validation, samples                                              do what is due of a step; an interrupt leaves it undone
 *     checkpoints                                                      save all that came before
 */
export function recordRun({ session, steps, start, callbacks = [], ...options }: RecordRunOptions): RunRecord {
  const { folder, recipe, model, dataset, files } = session;
  const clock = runClock(start?.seconds);
  const watch = stopwatch();
  const write: WriteJournal = (entry) => writeJournal(folder, { ...entry, seconds: clock() }, files);

  const { signal, control, fail, stopped, failure, shouldStop } = ending(options.signal, start?.stopped);
  let savedStop = start?.stopped;

  const emit: Emit = async (name, event) => {
    for (const callback of everybody) await callback[name]?.(event as never, control);
  };
  const isDue = (every: number) => (step: number) =>
    every > 0 && (step % every === 0 || step === steps || stopped() !== undefined);
  const dueBy = (given: number | undefined, times: number) => isDue(interval(given, steps, times));
  const evaluateEvery = dataset.size('valid') > 0 ? interval(recipe.evaluateEvery, steps, PER_RUN.evaluations) : 0;
  const isUndone = (name: StepDuty) => start?.undone?.includes(name) ?? false;

  const teller = progress(() => judge.newest(), options.onProgress);
  const sums = summaries({ isDue: dueBy(recipe.journalEvery, PER_RUN.journalEntries), recent: start?.recent, emit });
  const work = { session, signal, fail, tell: teller.tell, emit };
  const judge = validation({ ...work, isDue: isDue(evaluateEvery), best: start?.best, undone: isUndone('evaluation') });
  const drawer = samples({
    ...work,
    isDue: dueBy(recipe.sampleEvery, PER_RUN.samples),
    undone: isUndone('samples'),
  });
  const duties = [judge, drawer];
  const isSaveDue = dueBy(recipe.checkpointEvery, PER_RUN.checkpoints);
  const saver = checkpoints({
    session,
    isDue: (step) => isSaveDue(step) || judge.best()?.step === step,
    savedStep: start?.step ?? -1,
    beside,
    emit,
    onWarning: options.onWarning,
  });
  const everybody: readonly RunCallback[] = [
    teller,
    sums,
    journal(recipe, write, options.onWarning),
    collapse(options.onWarning),
    ...(recipe.earlyStopping ? [earlyStopping(recipe.earlyStopping)] : []),
    ...callbacks.map((callback) => guarded(callback, fail)),
    ...duties,
    saver,
  ];
  checkNames(everybody);
  for (const { name, restore } of everybody) if (name && start?.callbacks?.[name]) restore?.(start.callbacks[name]);

  function beside(epoch: number): BesideState {
    savedStop = stopped();
    const undone = duties.filter((duty) => duty.isUndone()).map(({ name }) => name);
    const states = everybody.flatMap(({ name, state }) => {
      const remembered = state?.();
      return name && remembered ? [[name, remembered] as const] : [];
    });
    return {
      epoch,
      seconds: clock(),
      best: judge.best(),
      recent: sums.recent(),
      ...(undone.length > 0 && { undone }),
      ...(states.length > 0 && { callbacks: Object.fromEntries(states) }),
      ...(savedStop !== undefined && { stopped: savedStop }),
    };
  }

  return {
    journal: write,
    // What has stopped the run after it was saved is saved, too.
    save: (...last) => (stopped() === savedStop ? saver.save : saver.saveAgain)(...last),
    seconds: clock,
    best: judge.best,
    valid: judge.newest,
    savedStep: saver.savedStep,
    isComplete: () => !duties.some((duty) => duty.isUndone()),
    stopped,
    failure,
    shouldStop,

    async begin(reached) {
      await emit('onStart', { folder, step: reached.step, steps, image: model.image });
      if (!start || !duties.some((duty) => duty.isUndone())) return;
      for (const duty of duties) await duty.makeUp(reached);
      await saver.saveAgain(reached.state, reached.shapes, start.epoch);
    },

    async onStep(report) {
      const secondsPerStep = watch.lap();
      const imagesPerSecond = rounded(recipe.batchSize / secondsPerStep);
      await emit('onStep', { ...report, steps, secondsPerStep, imagesPerSecond });
      watch.start();
    },
  };
}

/** Seconds of a run, over all its sessions. */
function runClock(before = 0): () => number {
  const began = performance.now();
  return () => rounded(before + (performance.now() - began) / 1000);
}

const rounded = (value: number) => Number(value.toPrecision(6));

/** States are kept by name. */
function checkNames(callbacks: readonly RunCallback[]): void {
  const names = callbacks.flatMap(({ name }) => name ?? []);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw new ExperimentError(`trainRun: wanted callbacks of different names, got "${twice}" twice`);
}
