import type { ImageSpec, Params } from '@pixelrnn/core';
import { type EvaluationBatch, evaluationBatches, type Split } from '@pixelrnn/data';
import { type Evaluation, evaluate, PLAUSIBLE_MINIMA, type PlausibleMinimum } from '@pixelrnn/trainer';
import type { RunRecipe } from '../recipe/run-recipe.ts';
import type { Session } from '../train/session.ts';

/** Enough images at a time to be fast, few enough for the memory of a laptop. */
export const EVALUATION_DEFAULTS = { batchSize: 32 };

export interface EvaluateSplitOptions {
  readonly split: Split;
  /** Evaluate only so many images, evenly over the split. */
  readonly limit?: number;
  readonly batchSize?: number;
  /** Draws of the latents for an importance-weighted bound; see `evaluate` of `@pixelrnn/trainer`. */
  readonly boundSamples?: number;
  /** Told of −log p of each image, in nats, batch after batch. */
  readonly onNats?: (nats: Float32Array, batch: EvaluationBatch) => void;
  readonly onProgress?: (images: number) => void;
}

/** Evaluates parameters on a split, with the guard that belongs to the data. */
export function evaluateSplit(
  { model, dataset, recipe }: Pick<Session, 'model' | 'dataset' | 'recipe'>,
  params: Params,
  { split, limit, batchSize = EVALUATION_DEFAULTS.batchSize, boundSamples, onNats, onProgress }: EvaluateSplitOptions,
): Promise<Evaluation> {
  const batches = evaluationBatches(dataset, split, { batchSize, limit });
  return evaluate({
    model,
    params,
    batches,
    boundSamples,
    guard: split === 'train' || model.bound === 'given-code' ? undefined : guardOf(recipe, model.image),
    onNats,
    onProgress,
  });
}

/**
 * Bits drawn from MNIST's grey values are as hard to predict as the fixed ones; thresholded ones are much easier, as are CIFAR images
 * of fewer levels.
 */
export function guardOf(
  { dataset: { name, options } }: RunRecipe,
  { levels }: ImageSpec,
): PlausibleMinimum | undefined {
  if (name === 'cifar10' && levels !== 256) return undefined;
  const drawn = name === 'mnist' && options.binarize === 'stochastic';
  return PLAUSIBLE_MINIMA[drawn ? 'binarized-mnist' : name];
}
