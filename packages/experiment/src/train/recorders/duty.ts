import { DivergedError, type StepReport } from '@pixelrnn/trainer';
import type { StepDuty } from '../../checkpoint/checkpoint.ts';
import type { RunCallback } from './callback.ts';
import type { Failure } from './ending.ts';

/** A state, and the step it belongs to. */
export type Reached = Pick<StepReport, 'step' | 'state' | 'shapes'>;

/** What a {@link duty} is made of. */
export interface DutyOptions {
  readonly name: StepDuty;
  readonly isDue: (step: number) => boolean;
  readonly signal: AbortSignal;
  /** Told of an error of the work, such as an image that cannot be read: the run then ends as an interrupt ends it. */
  readonly fail: (failure: Failure) => void;
  /** Calls `signal.throwIfAborted()` now and then. */
  readonly work: (reached: Reached) => Promise<void>;
  /** Whether an interrupt had left it undone. */
  readonly undone: boolean;
}

/** Long work that belongs to some steps. What an interrupt or an error keeps from being done stays undone, until a later session makes up for it. */
export interface Duty extends RunCallback {
  readonly name: StepDuty;
  isUndone(): boolean;
  makeUp(reached: Reached): Promise<void>;
}

/** See {@link Duty}. */
export function duty({ name, isDue, signal, fail, work, undone }: DutyOptions): Duty {
  async function fulfil(reached: Reached) {
    undone = true;
    try {
      signal.throwIfAborted();
      await work(reached);
      undone = false;
    } catch (error) {
      if (error instanceof DivergedError) throw error; // no state to save
      if (!signal.aborted || error !== signal.reason) fail({ error });
    }
  }
  return {
    name,
    isUndone: () => undone,
    makeUp: async (reached) => {
      if (undone) await fulfil(reached);
    },
    onStep: async (report) => {
      if (isDue(report.step)) await fulfil(report);
    },
  };
}
