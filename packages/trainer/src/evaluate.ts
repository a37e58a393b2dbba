import { type Batch, bitsPerDim, type GenerativeModel, type Params } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { batchTensors } from './batch.ts';
import { NotFiniteError } from './diverged-error.ts';
import { implausible, type PlausibleMinimum } from './plausible.ts';
import { hostYielder } from './yield.ts';

/** What {@link evaluate} evaluates. */
export interface EvaluateOptions<B extends Batch = Batch> {
  readonly model: GenerativeModel;
  readonly params: Params;
  readonly batches: AsyncIterable<B> | Iterable<B>;
  /** Warn below this; see `PLAUSIBLE_MINIMA`. */
  readonly guard?: PlausibleMinimum;
  /** Called after every batch with −log p of each of its images, in nats. */
  readonly onNats?: (nats: Float32Array, batch: B) => void;
  /** Called after every batch with the number of images done. */
  readonly onProgress?: (images: number) => void;
}

/** The mean negative log-likelihood of images, and how sure it is. */
export interface Evaluation {
  /** Mean over the images of −log p(image), natural logarithm. */
  readonly nats: number;
  readonly bitsPerDim: number;
  readonly images: number;
  /** Standard error of `nats`: the spread over images divided by √images. */
  readonly standardError: number;
  /** Whether `nats` is the model's own or an upper bound. */
  readonly bound: 'exact' | 'upper';
  /** Set if the result is too good to be true. */
  readonly warning?: string;
}

/**
 * The mean negative log-likelihood over all images of `batches`. Every image counts once, whatever the batch sizes: the sum runs
 * over images, in double precision, not over batch means.
 * @throws NotFiniteError if the likelihood of an image is not finite
 * @throws if there is no image
 */
export async function evaluate<B extends Batch>({
  model,
  params,
  batches,
  guard,
  onNats,
  onProgress,
}: EvaluateOptions<B>): Promise<Evaluation> {
  const yieldToHost = hostYielder();
  let images = 0;
  let mean = 0;
  let squares = 0;
  for await (const batch of batches) {
    const ofBatch = await natsPerImage(model, params, batch, images);
    for (const nats of ofBatch) {
      if (!Number.isFinite(nats)) throw new NotFiniteError(`−log p of image ${images} is ${nats}`);
      images++;
      const delta = nats - mean;
      mean += delta / images;
      squares += delta * (nats - mean);
    }
    onNats?.(ofBatch, batch);
    onProgress?.(images);
    await yieldToHost();
  }
  if (images === 0) throw new Error('evaluate: wanted at least one image, got none');
  const result = { nats: mean, bitsPerDim: bitsPerDim(mean, model.image) };
  const warning = guard && implausible(result, guard);
  const standardError = images > 1 ? Math.sqrt(squares / (images - 1) / images) : 0;
  return { ...result, images, standardError, bound: model.bound, ...(warning && { warning }) };
}

/**
 * −log p of each image of a batch, in nats.
 * @param first index of the batch's first image among all: what a model draws for an image may depend on it
 */
export async function natsPerImage(
  model: GenerativeModel,
  params: Params,
  batch: Batch,
  first = 0,
): Promise<Float32Array> {
  const nats = tf.tidy(() => {
    const { images, context } = batchTensors(model, batch, { first });
    return model.nats(params, images, context);
  });
  try {
    return (await nats.data()) as Float32Array;
  } finally {
    nats.dispose();
  }
}
