import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { GenerativeModel, ImageSpec } from '@pixelrnn/core';
import { type Degradation, degradationOf, parseDegradation } from '@pixelrnn/data';
import { messageOf } from '@pixelrnn/files';
import { createModel, isPreset, PRESETS, withMap } from '@pixelrnn/models';
import { ExperimentError } from '../experiment-error.ts';
import { fileFailure } from '../files.ts';
import { assign } from './assign.ts';
import { fitImages, type OwnImages } from './fit-images.ts';
import { withAbsolutePath } from './image-options.ts';
import { withAbsoluteMask, withMaskWrittenOut } from './mask-file.ts';
import { merge } from './merge.ts';
import { didYouMean } from './nearest.ts';
import { parseRecipe } from './parse-recipe.ts';
import type { Recipe } from './recipe-schema.ts';
import { RECIPES, type RecipeStyle } from './recipes.ts';

/** What goes over a preset or a file. Of `steps`, `epochs` and `minutes` one may be given. */
export interface ResolveOptions {
  /** Which recipe of a preset. Default: `fast` where there is one, else `paper`. */
  readonly recipe?: RecipeStyle;
  /** `key=value` each, over everything else: `optimizer.learningRate=0.01`. */
  readonly set?: readonly string[];
  readonly steps?: number;
  readonly epochs?: number;
  readonly minutes?: number;
  readonly seed?: number | string;
  /** Make it a model of p(image | degraded image), which is given what is seen of an image as a map: `blur:1.5`, `mask:holes.png`. */
  readonly restore?: string;
  /** Images of one's own, to train the preset or the recipe on; what `set` says of the model and the data goes over it. */
  readonly images?: OwnImages;
}

/**
 * A complete recipe from a preset's name, a JSON file (`….json`), or an object. A file or object may begin from a preset
 * (`{ "preset": "mnist-row-lstm", "batchSize": 4 }`) and change some of it; options go over it. A folder of images is relative to the
 * file that names it, elsewhere to the working folder, and absolute in the result; so is the file of a mask, whose pixels are written out.
 * @throws ExperimentError if something is unknown or wrong; nothing is ignored
 */
export async function resolveRecipe(source: string | object, options: ResolveOptions = {}): Promise<Recipe> {
  const { name, given, folder } = await open(source);
  let recipe: unknown = merge(await presetRecipe(given, options.recipe, name), given);
  recipe = withAbsoluteMask(withAbsolutePath(recipe, folder), folder);
  if (options.images) recipe = await fitImages(recipe as object, options.images);
  recipe = withLength(recipe, given);
  recipe = assign(recipe, options.set ?? []);
  const { steps, epochs, minutes, seed, restore } = options;
  recipe = withLength(recipe, { steps, epochs, minutes });
  if (seed !== undefined) recipe = merge(recipe, { seed });
  if (restore !== undefined) recipe = merge(recipe, { restore });
  const parsed = withRestored(withAbsolutePath(parseRecipe(await withMaskWrittenOut(recipe, name), name)), name);
  return { ...parsed, model: modelOf(parsed, name).config as Recipe['model'] };
}

/** The recipe of a model that restores: its model reads what is seen, a map of as many channels as that has. */
function withRestored(recipe: Recipe, source: string): Recipe {
  const { restore, model } = recipe;
  const image = (model.image ?? {}) as Partial<ImageSpec>;
  if (restore === undefined || image.channels === undefined) return recipe;
  const map = degradationFor(image, restore, source).mapChannels(image.channels);
  return { ...recipe, model: ofModel(source, () => withMap(model, map)) as Recipe['model'] };
}

/** What a recipe restores. @throws ExperimentError if that is none of images of its size, if it has one */
function degradationFor({ height, width, ...image }: Partial<ImageSpec>, restore: string, source: string): Degradation {
  if (!(Number.isInteger(height) && Number.isInteger(width))) return parseDegradation(restore); // the model says so
  try {
    return degradationOf(restore, { ...image, height, width } as ImageSpec);
  } catch (error) {
    throw new ExperimentError(`${source}: restore: ${messageOf(error)}`, { cause: error });
  }
}

/** The model of a recipe. */
export const modelOf = ({ model }: Pick<Recipe, 'model'>, source = 'recipe'): GenerativeModel =>
  ofModel(source, () => createModel(model));

function ofModel<T>(source: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    throw new ExperimentError(`${source}: model: ${messageOf(error)}`, { cause: error });
  }
}

/** What is asked for, what it is called, and the folder that its paths are relative to. */
async function open(source: string | object): Promise<{ name: string; given: object; folder?: string }> {
  if (typeof source !== 'string') return { name: 'recipe', given: source };
  if (!source.endsWith('.json')) return { name: source, given: { preset: source } };
  try {
    const given: unknown = JSON.parse(textOf(await readFile(source), source));
    if (typeof given === 'object' && given !== null && !Array.isArray(given))
      return { name: source, given, folder: dirname(source) };
  } catch (error) {
    throw fileFailure('read', source, error);
  }
  throw new ExperimentError(`${source}: wanted a JSON object`);
}

/** UTF-8, with or without the mark that editors on Windows begin it with. @throws ExperimentError for UTF-16, which PowerShell writes */
function textOf(bytes: Uint8Array, path: string): string {
  const [first, second] = bytes;
  if (first + second === 0xff + 0xfe && Math.min(first, second) === 0xfe)
    throw new ExperimentError(`${path}: wanted text in UTF-8, found UTF-16`);
  return new TextDecoder().decode(bytes); // leaves the mark out
}

async function presetRecipe(
  given: { preset?: unknown },
  style: RecipeStyle | undefined,
  source: string,
): Promise<object> {
  const { preset } = given;
  if (preset === undefined) {
    if (style) throw new ExperimentError(`${source}: wanted a preset to take the ${style} recipe of, got none`);
    return {};
  }
  if (typeof preset !== 'string' || !isPreset(preset)) {
    const names = Object.keys(PRESETS);
    const hint = typeof preset === 'string' ? didYouMean(preset, names) : '';
    throw new ExperimentError(`unknown preset ${JSON.stringify(preset)}: wanted one of ${names.join(', ')}${hint}`);
  }
  const training = style ? RECIPES[preset][style] : (RECIPES[preset].fast ?? RECIPES[preset].paper);
  if (!training)
    throw new ExperimentError(`${preset} has no ${style} recipe; wanted ${Object.keys(RECIPES[preset]).join(', ')}`);
  return merge({ preset, model: PRESETS[preset].config }, training) as object;
}

/** A length given replaces the one there, of whatever kind. */
function withLength(recipe: unknown, given: { steps?: unknown; epochs?: unknown; minutes?: unknown }): unknown {
  const lengths = Object.entries({ steps: given.steps, epochs: given.epochs, minutes: given.minutes });
  const present = lengths.filter(([, value]) => value !== undefined);
  if (present.length === 0) return recipe;
  const { steps: _steps, epochs: _epochs, minutes: _minutes, ...rest } = recipe as Record<string, unknown>;
  return { ...rest, ...Object.fromEntries(present) };
}
