import type { Dataset } from '@pixelrnn/data';
import { ExperimentError } from '../experiment-error.ts';
import type { Recipe } from './recipe-schema.ts';

/** A recipe of a run: it names its data. */
export type RunRecipe = Recipe & { readonly dataset: NonNullable<Recipe['dataset']> };

/**
 * The recipe with the name of its data.
 * @param own the data set itself, where a caller has handed it in
 * @throws ExperimentError if there is neither name nor data, or they are of different data sets
 */
export function withDataset(recipe: Recipe, source: string, own?: Dataset): RunRecipe {
  const dataset = recipe.dataset ?? (own && { name: own.name, options: {} });
  if (!dataset)
    throw new ExperimentError(`${source}: dataset: wanted its name and options, or a data set handed in, got neither`);
  if (own && own.name !== dataset.name)
    throw new ExperimentError(`${source}: dataset: wanted ${dataset.name}, but ${own.name} was handed in`);
  return { ...recipe, dataset };
}
