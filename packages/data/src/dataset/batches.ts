import { type Batch, rng, type TrainBatch } from '@pixelrnn/core';
import { DataError } from '../data-error.ts';
import { checkInteger } from '../options.ts';
import type { Dataset, Split } from './dataset.ts';

/** Which batches {@link trainBatches} gives. */
export interface TrainBatchesOptions {
  readonly batchSize: number;
  /** Of the order of the images. */
  readonly seed: number | string;
  /** The first step to give, counted from 0: a run that did n steps goes on with n. */
  readonly startStep?: number;
  /**
   * Read only the images `from` … `to` − 1 of each batch, for one of several processes that share them; the others are zeros. The batch of step 0,
   * of which weight normalization is calibrated, is read whole. Default: all.
   */
  readonly own?: { readonly from: number; readonly to: number };
}

/** A batch, and which images of the split it has. */
export interface EvaluationBatch extends Batch {
  readonly indices: readonly number[];
}

/** Which images {@link evaluationBatches} gives. */
export interface EvaluationBatchesOptions {
  readonly batchSize: number;
  /** Read only this many images, spread evenly over the split. */
  readonly limit?: number;
  /** Give only the batches of one of several processes that share them: `of` runs of batches that follow each other, as equal as may be. */
  readonly part?: { readonly index: number; readonly of: number };
}

/** Batches in one epoch: floor(n / batchSize). The images left over differ from epoch to epoch. */
export function batchesPerEpoch(dataset: Dataset, batchSize: number): number {
  checkInteger('trainBatches', 'batchSize', batchSize, 1);
  const images = dataset.size('train');
  if (images < batchSize) {
    throw new DataError(
      `trainBatches: wanted batches of ${batchSize}, but ${dataset.name} has ${images} training images`,
    );
  }
  return Math.floor(images / batchSize);
}

/**
 * Shuffled training batches without end. Each epoch is one permutation of the split, cut into full batches; the
 * permutation depends on (seed, epoch) alone, so a run can go on from any step and sees what it would have seen.
 */
export function trainBatches(dataset: Dataset, options: TrainBatchesOptions): AsyncIterableIterator<TrainBatch> {
  const perEpoch = batchesPerEpoch(dataset, options.batchSize);
  const startStep = checkInteger('trainBatches', 'startStep', options.startStep ?? 0, 0);
  if (options.own) {
    const from = checkInteger('trainBatches', 'own.from', options.own.from, 0, options.batchSize - 1);
    checkInteger('trainBatches', 'own.to', options.own.to, from + 1, options.batchSize);
  }
  return shuffledBatches(dataset, { ...options, startStep }, perEpoch);
}

async function* shuffledBatches(
  dataset: Dataset,
  { batchSize, seed, startStep, own }: TrainBatchesOptions & { readonly startStep: number },
  perEpoch: number,
): AsyncGenerator<TrainBatch> {
  const orders = rng(seed).fork('batches');
  const order = (epoch: number) => orders.fork(epoch).shuffle(dataset.size('train'));
  let epoch = Math.floor(startStep / perEpoch);
  for (let step = startStep; ; epoch++) {
    const indices = order(epoch);
    for (; step < (epoch + 1) * perEpoch; step++) {
      const start = (step - epoch * perEpoch) * batchSize;
      const { from, to } = (step > 0 && own) || { from: 0, to: batchSize };
      const part = await dataset.read('train', indices.subarray(start + from, start + to), epoch);
      yield { ...amongZeros(part, from, batchSize), step, epoch };
    }
  }
}

/** A batch of `count` images, of which the part is those from `first` on, and the others are zeros. */
function amongZeros(part: Batch, first: number, count: number): Batch {
  if (part.count === count) return part;
  const spread = <A extends Float32Array | Int32Array>(values: A): A => {
    const size = values.length / part.count;
    const all = new (values.constructor as new (length: number) => A)(count * size);
    all.set(values, first * size);
    return all;
  };
  const { images, labels, vector, map } = part;
  return {
    images: spread(images),
    count,
    ...(labels && { labels: spread(labels) }),
    ...(vector && { vector: spread(vector) }),
    ...(map && { map: spread(map) }),
  };
}

/**
 * Every image of a split once, in its own order; the last batch may be short. With `limit` k < n the images ⌊i·n / k⌋:
 * the test split of binarized MNIST is sorted by digit, so its first k images would be no sample of it.
 */
export async function* evaluationBatches(
  dataset: Dataset,
  split: Split,
  options: EvaluationBatchesOptions,
): AsyncGenerator<EvaluationBatch> {
  const { batchSize } = options;
  const images = dataset.size(split);
  const { from, to, count } = evaluationPart(dataset, split, options);
  for (let start = from; start < to; start += batchSize) {
    const length = Math.min(batchSize, count - start);
    const indices = Array.from({ length }, (_, i) => Math.floor(((start + i) * images) / count));
    yield { ...(await dataset.read(split, indices)), indices };
  }
}

/**
 * Which images {@link evaluationBatches} gives, counted among all `count` of them: `from`, …, `to` − 1.
 * @throws DataError if there are none at all
 */
export function evaluationPart(
  dataset: Dataset,
  split: Split,
  { batchSize, limit, part = { index: 0, of: 1 } }: EvaluationBatchesOptions,
): { readonly from: number; readonly to: number; readonly count: number } {
  checkInteger('evaluationBatches', 'batchSize', batchSize, 1);
  const images = dataset.size(split);
  const count = Math.min(images, limit === undefined ? images : checkInteger('evaluationBatches', 'limit', limit, 1));
  if (count === 0) throw new DataError(`evaluationBatches: ${dataset.name} has no ${split} images`);
  const batches = Math.ceil(count / batchSize);
  const start = (index: number) => Math.min(count, Math.floor((index * batches) / part.of) * batchSize);
  return { from: start(part.index), to: start(part.index + 1), count };
}
