import { type JsonObject, registry } from '@pixelrnn/core';
import { checkNames } from './number-options.ts';
import { constant, cosine, exponential, linear, product, type Schedule, step, warmUp } from './schedule.ts';

/** What a schedule may want to know of the run that it is for. */
export interface ScheduledRun {
  /** The run's length. */
  readonly steps: number;
}

/** Makes a schedule from its options, which a recipe holds as JSON, for a run of so many steps. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds factories of every options type; each checks its own.
export type ScheduleFactory = (options: any, run: ScheduledRun) => Schedule;

/** Options of the schedules of ours. A decay without `steps` lasts as long as the run. */
interface BuiltIn {
  constant: object;
  'warm-up': { readonly steps: number };
  exponential: { readonly decay: number };
  step: { readonly steps: number; readonly factor: number };
  linear: { readonly steps?: number };
  cosine: { readonly steps?: number };
}

type BuiltInFactory<O> = {
  readonly takes: readonly (keyof O & string)[];
  create(options: O, run: ScheduledRun): Schedule;
};

const BUILT_IN: { readonly [K in keyof BuiltIn]: BuiltInFactory<BuiltIn[K]> } = {
  constant: { takes: [], create: constant },
  'warm-up': { takes: ['steps'], create: ({ steps }) => warmUp(steps) },
  exponential: { takes: ['decay'], create: ({ decay }) => exponential(decay) },
  step: { takes: ['steps', 'factor'], create: ({ steps, factor }) => step(steps, factor) },
  linear: { takes: ['steps'], create: ({ steps }, run) => linear(steps ?? run.steps) },
  cosine: { takes: ['steps'], create: ({ steps }, run) => cosine(steps ?? run.steps) },
};

/** What is read from JSON may hold anything: here the names are checked, and the schedules check the values. */
function checked([name, { takes, create }]: [string, BuiltInFactory<never>]): [string, ScheduleFactory] {
  const factory: ScheduleFactory = (options, run) => {
    checkNames(name, options, takes);
    return create(options as never, run);
  };
  return [name, factory];
}

const SCHEDULES = registry('Schedule', Object.fromEntries(Object.entries(BUILT_IN).map(checked)));

/** A schedule of ours: its name and options. */
export type BuiltInScheduleConfig = { [K in keyof BuiltIn]: { readonly name: K } & BuiltIn[K] }[keyof BuiltIn];

/** A schedule's name and options, as they stand in a recipe: one of ours, or one that {@link registerSchedule} was told of. */
export type ScheduleConfig = BuiltInScheduleConfig | ({ readonly name: string } & JsonObject);

/**
 * Makes a schedule known to {@link createSchedule}, so that recipes can name it and runs with it can go on.
 * @throws if the name is taken by another
 */
export const registerSchedule = (name: string, factory: ScheduleFactory): void => SCHEDULES.register(name, factory);

/** Names that {@link createSchedule} knows. */
export const scheduleNames = (): string[] => SCHEDULES.names();

/**
 * The product of the schedules named, in a run of `steps` steps.
 * @throws if there is none of a name, or it refuses its options
 */
export function createSchedule(configs: readonly ScheduleConfig[], run: ScheduledRun): Schedule {
  return product(configs.map(({ name, ...options }) => SCHEDULES.get(name)(options, run)));
}
