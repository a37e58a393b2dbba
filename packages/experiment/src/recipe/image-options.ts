import { resolve } from 'node:path';
import { ExperimentError } from '../experiment-error.ts';
import type { RunRecipe } from './run-recipe.ts';

// What a recipe says of a folder of images beside what they are made into: where it lies, and which of them are not read. Both may change
// while the data stay what they are, which the listing of the folder tells.

const IMAGE_FOLDER = 'image-folder';

/** Options of the data set that may change. */
const MOVABLE = ['folder', 'leaveOut'];

/**
 * The recipe, which need not have been checked, with the folder of its images as an absolute path.
 * @param from what it is relative to
 */
export function withAbsoluteFolder<R>(recipe: R, from: string = process.cwd()): R {
  const { dataset } = recipe as { dataset?: { name?: unknown; options?: { folder?: unknown } } };
  const folder = dataset?.name === IMAGE_FOLDER ? dataset.options?.folder : undefined;
  if (typeof folder !== 'string') return recipe;
  return { ...recipe, dataset: { ...dataset, options: { ...dataset?.options, folder: resolve(from, folder) } } };
}

/**
 * The recipe with its images in another folder.
 * @throws ExperimentError if its data are no folder of images
 */
export function withImages(recipe: RunRecipe, folder: string): RunRecipe {
  const { name } = recipe.dataset;
  if (name !== IMAGE_FOLDER)
    throw new ExperimentError(
      `images: wanted a run that was trained on a folder of images, but this one was on ${name}`,
    );
  return withOptions(recipe, { folder: resolve(folder) });
}

/** The recipe without some images more. */
export function withLeftOut(recipe: RunRecipe, images: readonly string[]): RunRecipe {
  const { leaveOut } = recipe.dataset.options;
  const all = new Set([...(Array.isArray(leaveOut) ? leaveOut : []), ...images]);
  return withOptions(recipe, { leaveOut: [...all].sort() });
}

/** The recipe without what may change of its data. */
export function withoutMovable(recipe: RunRecipe): RunRecipe {
  if (recipe.dataset.name !== IMAGE_FOLDER) return recipe;
  const options = Object.entries(recipe.dataset.options).filter(([key]) => !MOVABLE.includes(key));
  return { ...recipe, dataset: { ...recipe.dataset, options: Object.fromEntries(options) } };
}

const withOptions = (recipe: RunRecipe, options: RunRecipe['dataset']['options']): RunRecipe => ({
  ...recipe,
  dataset: { ...recipe.dataset, options: { ...recipe.dataset.options, ...options } },
});
