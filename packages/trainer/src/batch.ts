import { type Batch, type Context, contextFor, type GenerativeModel, type TrainBatch, toContext } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { checkBatch } from './check-batch.ts';

/** Training batches without end, beginning at the step where training begins or goes on: a pure function of seed and step. */
export type BatchSource = AsyncIterator<TrainBatch>;

/**
 * The tensors of a batch: images [count, H, W, C], and the context that the model is given.
 * @param beside what else stands in the context
 * @throws if the images are not of the model's size, a level or label is none of its range, or a condition is missing
 */
export function batchTensors(
  model: Pick<GenerativeModel, 'name' | 'image' | 'conditions'>,
  batch: Batch,
  beside: Pick<Context, 'training' | 'rng' | 'indices' | 'draw' | 'step'> = {},
): { images: tf.Tensor4D; context: Context } {
  checkBatch(model, batch);
  const { images, count, labels, vector, map } = batch;
  const { height, width, channels } = model.image;
  const conditions = contextFor(model.conditions, { labels, vector, map });
  return {
    images: tf.tensor4d(images, [count, height, width, channels], 'float32'),
    context: { ...beside, ...toContext(conditions, { batch: count, height, width }) },
  };
}
