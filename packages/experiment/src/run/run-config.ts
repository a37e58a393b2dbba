import { basename, join } from 'node:path';
import type { JsonObject } from '@pixelrnn/core';
import { messageOf } from '@pixelrnn/data';
import { checkFolder, type FileSystem, NODE_FILES } from '@pixelrnn/files';
import { ExperimentError } from '../experiment-error.ts';
import { readText, sha256, writeWhole } from '../files.ts';
import { lockPath } from '../lock.ts';
import { parseRecipe } from '../recipe/parse-recipe.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import { canonicalJson } from './canonical-json.ts';
import { differenceInWords } from './conditions.ts';

export const RUN_FORMAT = 1;

/** `config.json`: what a run is. Written once, before the first step. */
export interface RunConfig {
  readonly format: number;
  /** sha256 of the recipe and of the number of steps. */
  readonly hash: string;
  /** As it was asked for: with steps, epochs or minutes. */
  readonly recipe: Recipe;
  /** The length that this became. */
  readonly steps: number;
  /** Seconds per step that `minutes` was turned into steps with. */
  readonly secondsPerStep?: number;
  /** Conditions of the data: variant, binarization, sizes. */
  readonly dataset: JsonObject;
  readonly parameters: number;
  readonly environment: JsonObject;
  readonly created: string;
}

const CONFIG = 'config.json';
const configPath = (run: string) => join(run, CONFIG);

/**
 * Sees that a run does not begin among somebody else's files, which it would replace.
 * @throws FileError if the folder is neither empty nor a run
 */
export const checkRunFolder = (folder: string): Promise<void> =>
  checkFolder(folder, { kind: 'a run', mark: CONFIG, isLeftover: (name) => name === basename(lockPath(folder)) });

export const configHash = (recipe: Recipe, steps: number): string => sha256(canonicalJson({ recipe, steps }));

export async function writeRunConfig(run: string, config: RunConfig, files: FileSystem = NODE_FILES): Promise<void> {
  await writeWhole(configPath(run), `${JSON.stringify(config, null, 2)}\n`, files);
}

/**
 * The config of a run, undefined where there is none.
 * @throws ExperimentError if it is damaged, changed by hand, or of another format
 */
export async function readRunConfig(run: string): Promise<RunConfig | undefined> {
  const path = configPath(run);
  const text = await readText(path);
  if (text === undefined) return undefined;
  const config = parse(text, path);
  if (config.format !== RUN_FORMAT)
    throw new ExperimentError(`${path}: wanted format ${RUN_FORMAT}, found ${config.format}`);
  // As it is stored: a default that the schema has got since must not change the hash.
  const hash = configHash(config.recipe, config.steps);
  if (hash !== config.hash)
    throw new ExperimentError(`${path} was changed since the run began: wanted hash ${config.hash}, found ${hash}`);
  return { ...config, recipe: parseRecipe(config.recipe, path) };
}

function parse(text: string, path: string): RunConfig {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ExperimentError(`${path} is damaged: ${messageOf(error)}`, { cause: error });
  }
}

/** @throws ExperimentError naming the first difference, if a run that is to go on was made with another recipe */
export function checkSameRecipe(run: string, stored: Recipe, asked: Recipe): void {
  const difference = differenceInWords(stored, asked);
  if (difference) throw new ExperimentError(`${run} was begun with ${difference}; choose another folder to change it`);
}
