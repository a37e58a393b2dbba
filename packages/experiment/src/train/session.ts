import type { GenerativeModel } from '@pixelrnn/core';
import { batchesPerEpoch, type Dataset, trainBatches } from '@pixelrnn/data';
import { openDataset } from '@pixelrnn/data/node';
import type { FileSystem } from '@pixelrnn/files';
import { createOptimizer, createSchedule, type TrainOptions } from '@pixelrnn/trainer';
import { ExperimentError } from '../experiment-error.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';

/** A run that is open for training: what all of its parts need. */
export interface Session {
  readonly folder: string;
  readonly recipe: Recipe;
  readonly model: GenerativeModel;
  readonly dataset: Dataset;
  readonly files: FileSystem;
}

/** Opens a recipe's data set. `dataDir` is no part of a recipe: it belongs to the machine. */
export const openRecipeDataset = ({ dataset }: Recipe, dataDir?: string): Promise<Dataset> =>
  openDataset(dataset.name, { ...dataset.options, ...(dataDir !== undefined && { dataDir }) });

/** @throws ExperimentError if the model is not made for these images or classes */
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
}

/** The length of a run, where it does not have to be measured. */
export function plannedSteps(recipe: Recipe, dataset: Dataset): number | undefined {
  if (recipe.steps !== undefined) return recipe.steps;
  if (recipe.epochs === undefined) return undefined;
  return Math.max(1, Math.round(recipe.epochs * batchesPerEpoch(dataset, recipe.batchSize)));
}

/** What a recipe means to the trainer, in a run of `steps` steps. */
export function trainOptions({ recipe, model, dataset }: Session, steps: number, startStep = 0): TrainOptions {
  const { batchSize, seed, optimizer, schedule, clip, ema } = recipe;
  return {
    model,
    source: trainBatches(dataset, { batchSize, seed, startStep }),
    optimizer: createOptimizer(optimizer),
    schedule: createSchedule(schedule, { steps }),
    clip: { norm: clip.norm ?? undefined, value: clip.value ?? undefined },
    ...(ema && { ema }),
    steps,
    seed,
  };
}
