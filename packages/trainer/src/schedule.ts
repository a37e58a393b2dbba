/**
 * A learning-rate schedule: the factor by which the optimizer's rate is multiplied, as a pure function of the number of steps done.
 * A run that goes on from step n therefore goes on with the same rates.
 */
export type Schedule = (step: number) => number;

/** The schedules by name, as they stand in a recipe. A decay without `steps` lasts as long as the run. */
export type ScheduleConfig =
  | { readonly name: 'constant' }
  | { readonly name: 'warm-up'; readonly steps: number }
  | { readonly name: 'exponential'; readonly decay: number }
  | { readonly name: 'linear'; readonly steps?: number }
  | { readonly name: 'cosine'; readonly steps?: number };

/** 1, always. */
export const constant = (): Schedule => () => 1;

/** (s + 1) / n until 1 is reached: the first step moves a little, the n-th at the full rate. */
export const warmUp =
  (steps: number): Schedule =>
  (step) =>
    Math.min(1, (step + 1) / steps);

/** decayˢ; PixelCNN++ uses 0.999995. */
export const exponential =
  (decay: number): Schedule =>
  (step) =>
    decay ** step;

/** 1 − s / n: falls to zero over n steps, so that the last of them has the factor 1 / n. */
export const linear =
  (steps: number): Schedule =>
  (step) =>
    Math.max(0, 1 - step / steps);

/** (1 + cos(π s / n)) / 2 (Loshchilov & Hutter 2017, without restarts). */
export const cosine =
  (steps: number): Schedule =>
  (step) =>
    (1 + Math.cos(Math.PI * Math.min(1, step / steps))) / 2;

/** The product of schedules: warm-up and decay are two factors. */
export const product =
  (schedules: readonly Schedule[]): Schedule =>
  (step) =>
    schedules.reduce((factor, schedule) => factor * schedule(step), 1);

/** The product of the schedules named, in a run of `steps` steps. */
export function createSchedule(configs: readonly ScheduleConfig[], { steps }: { steps: number }): Schedule {
  return product(configs.map((config) => create(config, steps)));
}

function create(config: ScheduleConfig, budget: number): Schedule {
  switch (config.name) {
    case 'constant':
      return constant();
    case 'warm-up':
      return warmUp(config.steps);
    case 'exponential':
      return exponential(config.decay);
    case 'linear':
      return linear(config.steps ?? budget);
    case 'cosine':
      return cosine(config.steps ?? budget);
    default:
      throw new Error(
        `createSchedule: wanted constant, warm-up, exponential, linear or cosine, got ${JSON.stringify(config)}`,
      );
  }
}
