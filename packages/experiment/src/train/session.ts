import { existsSync } from 'node:fs';
import { ownShards } from '@pixelrnn/cluster';
import type { GenerativeModel } from '@pixelrnn/core';
import { batchesPerEpoch, type Dataset, degraded, trainBatches } from '@pixelrnn/data';
import { openDataset, usesDataFolder } from '@pixelrnn/data/node';
import type { FileSystem } from '@pixelrnn/files';
import { messageOf } from '@pixelrnn/files';
import { createOptimizer, createSchedule, type Schedule, type TrainOptions } from '@pixelrnn/trainer';
import { ExperimentError, OptionError } from '../experiment-error.ts';
import { imagesPath, withImages } from '../recipe/image-options.ts';
import { type RunRecipe, withDataset } from '../recipe/run-recipe.ts';
import { readInThreads } from '../run/read-in-threads.ts';
import type { Ranks } from './ranks/ranks.ts';

/** A run that is open for training: what all of its parts need. */
export interface Session {
  readonly folder: string;
  readonly recipe: RunRecipe;
  readonly model: GenerativeModel;
  readonly dataset: Dataset;
  readonly files: FileSystem;
  /** Who trains it. */
  readonly ranks: Ranks;
}

/** Where the data of a run come from, beside its recipe. */
export interface DataSource {
  /** Folder of the data sets. No part of a recipe: it belongs to the machine. */
  readonly dataDir?: string;
  /** Folder of the images, where they are no longer where the recipe says. */
  readonly images?: string;
  /** The data set itself, in place of one that is known by name. */
  readonly dataset?: Dataset;
}

/**
 * Opens a recipe's data set, or takes that of the caller; degrades its images, if they are to be restored.
 * @throws OptionError if it is told of a folder that it has no use for
 */
export async function openRecipeDataset(
  recipe: RunRecipe,
  { dataDir, images, dataset: own }: DataSource,
): Promise<Dataset> {
  const found = images === undefined ? recipe : withImages(recipe, images);
  const { name, options } = withDataset(found, 'recipe', own).dataset;
  if (dataDir !== undefined && (own || !usesDataFolder(name, options))) {
    const path = imagesPath({ name, options });
    const where = path === undefined ? 'it comes with the program' : `its images lie in ${path}`;
    throw new OptionError('dataDir', `${name} reads nothing from a data folder, since ${where}: wanted none`);
  }
  const located = { ...options, ...(dataDir !== undefined && { dataDir }) };
  const dataset =
    own ??
    (await openDataset(name, located, { readImages: readInThreads }).catch((error: unknown) => {
      const place = images === undefined ? imagesPath({ name, options }) : undefined;
      if (place === undefined || existsSync(place)) throw error;
      throw new ExperimentError(`${messageOf(error)}; if its images lie elsewhere now: --images <folder|pack>`, {
        cause: error,
      });
    }));
  return recipe.restore === undefined ? dataset : degraded(dataset, recipe.restore);
}

/** @throws ExperimentError if the model is not made for these images, classes or maps */
export function checkFits(model: GenerativeModel, dataset: Dataset): void {
  const describe = ({ height, width, channels, levels }: GenerativeModel['image']) =>
    `${height}×${width}×${channels} with ${levels} levels`;
  if (describe(model.image) !== describe(dataset.image))
    throw new ExperimentError(
      `${model.name} wants images of ${describe(model.image)}, but ${dataset.name} has ${describe(dataset.image)}`,
    );
  const classes = dataset.classes?.length;
  if (model.conditions.classes !== undefined && model.conditions.classes !== classes)
    throw new ExperimentError(
      `${model.name} wants ${model.conditions.classes} classes, but ${dataset.name} has ${classes ?? 'no labels'}`,
    );
  if (model.conditions.map !== undefined && model.conditions.map !== dataset.map)
    throw new ExperimentError(
      `${model.name} wants a map of ${model.conditions.map} channels for each image, but ${dataset.name} has ${dataset.map ?? 'none'} (restore makes one)`,
    );
}

/** The length of a run, where it does not have to be measured. */
export function plannedSteps(recipe: RunRecipe, dataset: Dataset): number | undefined {
  if (recipe.steps !== undefined) return recipe.steps;
  if (recipe.epochs === undefined) return undefined;
  return Math.max(1, Math.round(recipe.epochs * batchesPerEpoch(dataset, recipe.batchSize)));
}

/** What a recipe means to the trainer, in a run of `steps` steps. */
export function trainOptions({ recipe, model, dataset, ranks }: Session, steps: number, startStep = 0): TrainOptions {
  const { batchSize, shards, seed, optimizer, clip, ema } = recipe;
  const { from, to } = ownShards(shards, ranks.communicator);
  const own = { from: (from * batchSize) / shards, to: (to * batchSize) / shards };
  return {
    model,
    source: trainBatches(dataset, { batchSize, seed, startStep, own }),
    optimizer: ofRecipe('optimizer', () => createOptimizer(optimizer)),
    schedule: scheduleOf(recipe, steps),
    clip: { norm: clip.norm ?? undefined, value: clip.value ?? undefined },
    ...(ema && { ema }),
    shards,
    steps,
    seed,
  };
}

/** A recipe's schedule in a run of `steps` steps. */
export const scheduleOf = ({ schedule }: Pick<RunRecipe, 'schedule'>, steps: number): Schedule =>
  ofRecipe('schedule', () => createSchedule(schedule, { steps }));

/** What is registered checks its own options, and may not be registered here. */
function ofRecipe<T>(part: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new ExperimentError(`recipe: ${part}: ${messageOf(error)}`, { cause: error });
  }
}
