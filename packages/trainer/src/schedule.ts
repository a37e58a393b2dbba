import { COUNT, checkNumber, FACTOR } from './number-options.ts';

/**
 * A learning-rate schedule: the factor by which the optimizer's rate is multiplied, as a pure function of the number of steps done.
 * A run that goes on from step n therefore goes on with the same rates.
 */
export type Schedule = (step: number) => number;

/** 1, always. */
export const constant = (): Schedule => () => 1;

/** (s + 1) / n until 1 is reached: the first step moves a little, the n-th at the full rate. */
export function warmUp(steps: number): Schedule {
  checkNumber('warmUp', 'steps', steps, COUNT);
  return (step) => Math.min(1, (step + 1) / steps);
}

/** decayˢ; PixelCNN++ uses 0.999995. */
export function exponential(decay: number): Schedule {
  checkNumber('exponential', 'decay', decay, FACTOR);
  return (step) => decay ** step;
}

/** 1 for n steps, the factor from then on; PixelVAE's code halves the rate after 180,000. */
export function step(steps: number, factor: number): Schedule {
  checkNumber('step', 'steps', steps, COUNT);
  checkNumber('step', 'factor', factor, FACTOR);
  return (done) => (done < steps ? 1 : factor);
}

/** 1 − s / n: falls to zero over n steps, so that the last of them has the factor 1 / n. */
export function linear(steps: number): Schedule {
  checkNumber('linear', 'steps', steps, COUNT);
  return (step) => Math.max(0, 1 - step / steps);
}

/** (1 + cos(π s / n)) / 2 (Loshchilov & Hutter 2017, without restarts). */
export function cosine(steps: number): Schedule {
  checkNumber('cosine', 'steps', steps, COUNT);
  return (step) => (1 + Math.cos(Math.PI * Math.min(1, step / steps))) / 2;
}

/** The product of schedules: warm-up and decay are two factors. */
export const product =
  (schedules: readonly Schedule[]): Schedule =>
  (step) =>
    schedules.reduce((factor, schedule) => factor * schedule(step), 1);
