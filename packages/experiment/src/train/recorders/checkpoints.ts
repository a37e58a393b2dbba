import type { Shapes, TrainState } from '@pixelrnn/trainer';
import { checkpointFolder, pruneCheckpoints, saveCheckpoint } from '../../checkpoint/checkpoint.ts';
import { type BesideState, checkpointOf } from '../../checkpoint/train-state.ts';
import type { Session } from '../session.ts';
import type { Emit, RunCallback } from './callback.ts';

/** What {@link checkpoints} needs. */
interface CheckpointsOptions {
  readonly session: Session;
  readonly isDue: (step: number) => boolean;
  /** Step of the checkpoint that the run goes on from; −1 if there is none. */
  readonly savedStep: number;
  /** All that is known beside the arrays. */
  readonly beside: (epoch: number) => BesideState;
  readonly emit: Emit;
  readonly onWarning: (line: string) => void;
}

/** Saves the run. It is the last to hear of a step, so that a run that goes on from a checkpoint misses nothing of what came before. */
export function checkpoints({
  session,
  isDue,
  beside,
  emit,
  onWarning,
  ...options
}: CheckpointsOptions): RunCallback & {
  /** Saves a state, if that has not been done. */
  save(state: TrainState, shapes: Shapes, epoch: number): Promise<void>;
  /** The same where there is something new beside the arrays. */
  saveAgain(state: TrainState, shapes: Shapes, epoch: number): Promise<void>;
  /** Step of the newest; −1 if there is none. */
  savedStep(): number;
} {
  const { folder, recipe, files } = session;
  let { savedStep } = options;

  async function saveAgain(state: TrainState, shapes: Shapes, epoch: number) {
    const known = beside(epoch);
    await saveCheckpoint(folder, await checkpointOf(state, shapes, known), files);
    savedStep = state.step;
    await pruneCheckpoints(folder, { keep: recipe.keep, best: known.best?.step, onWarning });
    await emit('onCheckpoint', { step: state.step, folder: checkpointFolder(folder, state.step) });
  }

  async function save(state: TrainState, shapes: Shapes, epoch: number) {
    if (state.step !== savedStep) await saveAgain(state, shapes, epoch);
  }

  return {
    save,
    saveAgain,
    savedStep: () => savedStep,
    async onStep({ step, epoch, state, shapes }) {
      if (isDue(step)) await save(state, shapes, epoch);
    },
  };
}
