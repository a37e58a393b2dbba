import type { Batch, Context, GenerativeModel, TrainBatch } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { checkBatch } from './check-batch.ts';

/** Training batches without end, beginning at the step where training begins or goes on: a pure function of seed and step. */
export type BatchSource = AsyncIterator<TrainBatch>;

/**
 * The tensors of a batch: images [count, H, W, C], and the context that the model is given.
 * @param beside what else stands in the context
 * @throws if the images are not of the model's size, a level or label is none of its range, or a conditional model gets no labels
 */
export function batchTensors(
  model: Pick<GenerativeModel, 'name' | 'image' | 'conditions'>,
  batch: Batch,
  beside: Pick<Context, 'training' | 'rng' | 'first' | 'draw' | 'step'> = {},
): { images: tf.Tensor4D; context: Context } {
  checkBatch(model, batch);
  const { height, width, channels } = model.image;
  return {
    images: tf.tensor4d(batch.images, [batch.count, height, width, channels], 'float32'),
    context: {
      ...beside,
      ...(model.conditions.classes !== undefined && { labels: tf.tensor1d(batch.labels!, 'int32') }),
    },
  };
}
