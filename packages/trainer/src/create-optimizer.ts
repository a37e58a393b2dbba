import { type JsonObject, registry } from '@pixelrnn/core';
import { type AdamOptions, adam } from './adam.ts';
import { type AdamwOptions, adamw } from './adamw.ts';
import type { Optimizer } from './optimizer.ts';
import { type RmspropOptions, rmsprop } from './rmsprop.ts';

/** Makes an optimizer from its options, which a recipe holds as JSON: the optimizer's `config` must make it again. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds factories of every options type; each checks its own.
export type OptimizerFactory = (options: any) => Optimizer;

const OPTIMIZERS = registry<OptimizerFactory>('Optimizer', { adam, adamw, rmsprop });

/** An optimizer of ours: its name and those options that differ from its defaults. */
export type BuiltInOptimizerConfig =
  | ({ readonly name: 'adam' } & Partial<AdamOptions>)
  | ({ readonly name: 'adamw' } & Partial<AdamwOptions>)
  | ({ readonly name: 'rmsprop' } & Partial<RmspropOptions>);

/** An optimizer's name and options, as they stand in a recipe: one of ours, or one that {@link registerOptimizer} was told of. */
export type OptimizerConfig = BuiltInOptimizerConfig | ({ readonly name: string } & JsonObject);

/**
 * Makes an optimizer known to {@link createOptimizer}, so that recipes can name it and runs with it can go on.
 * @throws if the name is taken by another
 */
export const registerOptimizer = (name: string, factory: OptimizerFactory): void => OPTIMIZERS.register(name, factory);

/** Names that {@link createOptimizer} knows. */
export const optimizerNames = (): string[] => OPTIMIZERS.names();

/**
 * An optimizer from its name and options.
 * @throws if there is none of that name, or it refuses its options
 */
export function createOptimizer({ name, ...options }: OptimizerConfig): Optimizer {
  return OPTIMIZERS.get(name)(options);
}
