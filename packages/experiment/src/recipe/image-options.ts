import { basename, resolve } from 'node:path';
import { OptionError } from '../experiment-error.ts';
import type { RunRecipe } from './run-recipe.ts';

// What a recipe says of images of one's own beside what they are made into: where they lie, and which of them are not read. Both may change
// while the data stay what they are, which a hash in the conditions of the data tells.

/** The option of each data set of one's own that says where it lies. */
const PLACES: Readonly<Record<string, string>> = { 'image-folder': 'folder', pack: 'file' };

/** The name and the options of a data set. */
type Named = RunRecipe['dataset'];

const placeOf = ({ name }: { readonly name?: unknown }): string | undefined =>
  typeof name === 'string' && Object.hasOwn(PLACES, name) ? PLACES[name] : undefined;

/** Where the images of a data set lie, if they are one's own and the recipe says where. */
export function imagesPath({ name, options }: Named): string | undefined {
  const path = options[placeOf({ name }) ?? ''];
  return typeof path === 'string' ? path : undefined;
}

/**
 * The recipe, which need not have been checked, with the path of its images as an absolute one.
 * @param from what it is relative to
 */
export function withAbsolutePath<R>(recipe: R, from: string = process.cwd()): R {
  const { dataset } = recipe as { dataset?: { name?: unknown; options?: Record<string, unknown> } };
  const place = dataset && placeOf(dataset);
  const path = place && dataset.options?.[place];
  if (typeof path !== 'string') return recipe;
  return { ...recipe, dataset: { ...dataset, options: { ...dataset?.options, [place!]: resolve(from, path) } } };
}

/**
 * The recipe with its images in another place.
 * @throws OptionError if they are not one's own
 */
export function withImages(recipe: RunRecipe, path: string): RunRecipe {
  const place = placeOf(recipe.dataset);
  if (place === undefined)
    throw new OptionError(
      'images',
      `wanted a run that was trained on images of your own, but this one was on ${recipe.dataset.name}`,
    );
  return withOptions(recipe, { [place]: resolve(path) });
}

/** The recipe with the name of its folder or file of images alone: the path to it is the business of one machine. */
export function withoutPath(recipe: RunRecipe): RunRecipe {
  const path = imagesPath(recipe.dataset);
  return path === undefined ? recipe : withOptions(recipe, { [placeOf(recipe.dataset)!]: basename(path) });
}

/** The recipe without some images more. */
export function withLeftOut(recipe: RunRecipe, images: readonly string[]): RunRecipe {
  const { leaveOut } = recipe.dataset.options;
  const all = new Set([...(Array.isArray(leaveOut) ? leaveOut : []), ...images]);
  return withOptions(recipe, { leaveOut: [...all].sort() });
}

/** The recipe without what may change of its data. */
export function withoutMovable(recipe: RunRecipe): RunRecipe {
  const place = placeOf(recipe.dataset);
  if (place === undefined) return recipe;
  const { [place]: _, leaveOut: __, ...options } = recipe.dataset.options;
  return { ...recipe, dataset: { ...recipe.dataset, options } };
}

const withOptions = (recipe: RunRecipe, options: Named['options']): RunRecipe => ({
  ...recipe,
  dataset: { ...recipe.dataset, options: { ...recipe.dataset.options, ...options } },
});
