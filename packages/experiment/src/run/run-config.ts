import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, type JsonObject } from '@pixelrnn/core';
import { checkFolder, type FileSystem, messageOf, NODE_FILES } from '@pixelrnn/files';
import { ExperimentError } from '../experiment-error.ts';
import { readText, sha256, writeWhole } from '../files.ts';
import { isLock } from '../lock.ts';
import { withoutMovable } from '../recipe/image-options.ts';
import { parseStoredRecipe } from '../recipe/parse-recipe.ts';
import { type RunRecipe, withDataset } from '../recipe/run-recipe.ts';
import { differenceInWords } from './conditions.ts';

export const RUN_FORMAT = 1;

/** That a run was given more steps than it was begun with. */
export interface Extension {
  /** Steps that had been done. */
  readonly step: number;
  readonly from: number;
  readonly to: number;
  /** ISO 8601. */
  readonly time: string;
}

/** That the data of a run were found elsewhere than where it was begun, or that some of its images are left out since. */
export interface Amendment {
  /** Steps that had been done. */
  readonly step: number;
  /** Folder of the images from then on. */
  readonly folder?: string;
  /** Images that are left out from then on. */
  readonly leftOut?: readonly string[];
  /** ISO 8601. */
  readonly time: string;
}

/** Where the first parameters of a run come from. */
export interface Origin {
  /** Name of the run folder or preset. */
  readonly run: string;
  /** Of its config. */
  readonly hash: string;
  /** Of its checkpoint. */
  readonly step: number;
  /** Of the values. */
  readonly sha256: string;
}

/** `config.json`: what a run is. Written before the first step; only its length may grow, and its images be moved or left out. */
export interface RunConfig {
  readonly format: number;
  /** sha256 of the recipe, of the number of steps, and of the origin. */
  readonly hash: string;
  /** As it was asked for: with steps, epochs or minutes. */
  readonly recipe: RunRecipe;
  /** The length that this became. */
  readonly steps: number;
  readonly extended?: readonly Extension[];
  readonly amended?: readonly Amendment[];
  readonly init?: Origin;
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

/** What to say of a folder that {@link readRunConfig} has found none in. */
export const noRunIn = (folder: string, what = 'no run'): ExperimentError =>
  new ExperimentError(
    `${folder} holds ${what}: ${existsSync(folder) ? `there is no ${CONFIG}` : 'there is no such folder'}`,
  );

/**
 * Sees that a run does not begin among somebody else's files, which it would replace.
 * @throws FileError if the folder is neither empty nor a run
 */
export const checkRunFolder = (folder: string): Promise<void> =>
  checkFolder(folder, { kind: 'a run', mark: CONFIG, isLeftover: isLock });

export const configHash = ({ recipe, steps, init }: Pick<RunConfig, 'recipe' | 'steps' | 'init'>): string =>
  sha256(canonicalJson({ recipe, steps, init }));

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
  const hash = configHash(config);
  if (hash !== config.hash)
    throw new ExperimentError(`${path} was changed since the run began: wanted hash ${config.hash}, found ${hash}`);
  const recipe = parseStoredRecipe(config.recipe, path);
  return { ...config, recipe: withDataset(recipe, path) };
}

function parse(text: string, path: string): RunConfig {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ExperimentError(`${path} is damaged: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * @throws ExperimentError naming the first difference, if a run that is to go on was made with another recipe. Where its images lie and
 * which of them are left out is not asked here: the conditions of the data tell.
 */
export function checkSameRecipe(run: string, stored: RunRecipe, asked: RunRecipe): void {
  const difference = differenceInWords(withoutMovable(stored), withoutMovable(asked));
  if (!difference) return;
  const isLonger = (asked.steps ?? 0) > (stored.steps ?? Number.POSITIVE_INFINITY);
  const isLengthAlone = !differenceInWords(withoutMovable({ ...stored, steps: asked.steps }), withoutMovable(asked));
  const how =
    isLonger && isLengthAlone
      ? `to go on, leave the recipe out: train --resume --out ${run} --steps ${asked.steps}`
      : 'choose another folder to change it';
  throw new ExperimentError(`${run} was begun with ${difference}; ${how}`);
}
