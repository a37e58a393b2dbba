import { ExperimentError } from '../experiment-error.ts';

/** Steps timed before a run of so many minutes, after some that are not timed (caches, compiled shaders). */
export const CALIBRATION = { warmUpSteps: 5, timedSteps: 20 };

/** How often the parts of a run happen that are not steps, when nothing else is said. */
export const PER_RUN = { evaluations: 10, checkpoints: 10, samples: 5, journalEntries: 1000 };

/**
 * The number of steps that fit into a time budget: (minutes · 60 − spent) / step, at least one.
 * @param spentSeconds what is gone already or will go elsewhere
 */
export function stepsForMinutes(options: {
  readonly minutes: number;
  readonly spentSeconds: number;
  readonly secondsPerStep: number;
}): number {
  const { minutes, spentSeconds, secondsPerStep } = options;
  const steps = Math.floor((minutes * 60 - spentSeconds) / secondsPerStep);
  if (steps >= 1) return steps;
  const wanted = (Math.ceil(((spentSeconds + secondsPerStep) / 60) * 10) / 10).toFixed(1);
  throw new ExperimentError(
    `${minutes} minutes are too few: wanted at least ${wanted} for the evaluations and one step of ${secondsPerStep.toFixed(2)} s`,
  );
}

/** An interval: as given, or so that something happens `times` in the run, the last time at its end. */
export const interval = (given: number | undefined, steps: number, times: number): number =>
  given ?? Math.ceil(steps / times);
