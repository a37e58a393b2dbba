import { type Batch, type Context, type GenerativeModel, type Rng, sizeOf, type TrainBatch } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/** Training batches without end, beginning at the step where training begins or goes on: a pure function of seed and step. */
export type BatchSource = AsyncIterator<TrainBatch>;

/**
 * The tensors of a batch: images [count, H, W, C], and the context that the model is given.
 * @throws if the images are not of the model's size, or a conditional model gets no labels
 */
export function batchTensors(
  { name, image, conditions: { classes } }: Pick<GenerativeModel, 'name' | 'image' | 'conditions'>,
  { images, labels, count }: Batch,
  training?: { readonly rng: Rng },
): { images: tf.Tensor4D; context: Context } {
  const shape: [number, number, number, number] = [count, image.height, image.width, image.channels];
  const size = sizeOf(shape);
  if (count < 1 || images.length !== size)
    throw new Error(`${name}: wanted images [${shape.join(', ')}] (${size} values), got ${images.length} values`);
  if (classes !== undefined && labels?.length !== count)
    throw new Error(`${name}: wanted ${count} labels, since the model has classes, got ${labels?.length ?? 'none'}`);
  const context: Context = {
    ...(training && { training: true, rng: training.rng }),
    ...(classes !== undefined && { labels: tf.tensor1d(labels!, 'int32') }),
  };
  return { images: tf.tensor4d(images, shape), context };
}
