import { type GenerativeModel, type ImageSpec, leaves, type Params } from '@pixelrnn/core';
import { type EvaluationBatch, evaluationBatches } from '@pixelrnn/data';
import { type Evaluation, natsOfBatches, PLAUSIBLE_MINIMA, type PlausibleMinimum, summarize } from '@pixelrnn/trainer';
import type * as tf from '@tensorflow/tfjs-core';
import { ExperimentError, OptionError } from '../experiment-error.ts';
import { hashOfArrays } from '../hash-of-arrays.ts';
import type { RunRecipe } from '../recipe/run-recipe.ts';
import { ALONE_RANKS } from '../train/ranks/ranks.ts';
import type { Session } from '../train/session.ts';
import type { SplitPart } from './split-part.ts';

/** Enough images at a time to be fast, few enough for the memory of a laptop. */
export const EVALUATION_DEFAULTS = { batchSize: 32 };

export interface EvaluateSplitOptions extends SplitPart {
  /** Told of −log p of each image, in nats, batch after batch. */
  readonly onNats?: (nats: Float32Array, batch: EvaluationBatch) => void;
  readonly onProgress?: (images: number) => void;
}

/** @throws OptionError if there are to be draws of latents, and the model has none */
export function checkBoundSamples({ name, logWeights }: GenerativeModel, boundSamples: number | undefined): void {
  if (boundSamples !== undefined && !logWeights)
    throw new OptionError('boundSamples', `wanted a model with latents to draw ${boundSamples} of, got ${name}`);
}

/** What is evaluated, and who has a part in it: this process alone, if nothing is said. */
type Evaluated = Pick<Session, 'model' | 'dataset' | 'recipe'> & Partial<Pick<Session, 'ranks'>>;

/** Evaluates parameters on a split, with the guard that belongs to the data. */
export async function evaluateSplit(
  session: Evaluated,
  params: Params,
  options: EvaluateSplitOptions,
): Promise<Evaluation> {
  const { split, limit, batchSize, boundSamples } = options;
  session.ranks?.call({ next: 'evaluate', split, limit, batchSize, boundSamples });
  return evaluateTogether(session, params, options);
}

/** The same, where all ranks evaluate without being called. */
export async function evaluateTogether(
  session: Evaluated,
  params: Params,
  options: EvaluateSplitOptions,
): Promise<Evaluation> {
  const { model, recipe } = session;
  const { split, boundSamples } = options;
  const guard = split === 'train' || model.bound === 'given-code' ? undefined : guardOf(recipe, model.image);
  return summarize(await natsOfRanks(session, params, options), { model, boundSamples, guard });
}

/**
 * −log p of the images, a part from each rank, in their order.
 * @throws ExperimentError on every rank alike, if they have not the same parameters: ranks on processors of different kinds may come to differ in training
 */
export async function natsOfRanks(
  { model, dataset, ranks = ALONE_RANKS }: Evaluated,
  params: Params,
  { split, limit, batchSize = EVALUATION_DEFAULTS.batchSize, ...options }: EvaluateSplitOptions,
): Promise<readonly Float32Array[]> {
  const { rank, size } = ranks.communicator;
  const which = { batchSize, limit, part: { index: rank, of: size } };
  const all = await ranks.share(async () => {
    const hash = size > 1 ? await hashOf(params) : '';
    const batches = evaluationBatches(dataset, split, which);
    return { hash, nats: await natsOfBatches({ model, params, batches, ...options }) };
  });
  const other = all.findIndex(({ hash }) => hash !== all[0].hash);
  if (other >= 0)
    throw new ExperimentError(
      `rank ${other} has other parameters than rank 0: wanted ranks on processors of one kind, which compute the same bits`,
    );
  return all.map(({ nats }) => nats);
}

const hashOf = async (params: Params): Promise<string> =>
  hashOfArrays(await Promise.all(leaves<tf.Tensor>(params).map(([, tensor]) => tensor.data())));

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
