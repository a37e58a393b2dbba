import { type Batch, type Bound, bitsPerDim, type GenerativeModel, type Params } from '@pixelrnn/core';
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
  /**
   * Draws k of each image's latents, for −log of the mean of k importance weights (Burda et al. 2016, eq. 8) in place of the model's own
   * bound: closer to −log p(image) the larger k is, at k passes of the network. Only for a model with latents.
   */
  readonly boundSamples?: number;
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
  /** What `nats` is. */
  readonly bound: Bound;
  /** Draws of the latents that the bound was made with, where they were asked for. */
  readonly boundSamples?: number;
  /** Set if the result is too good to be true. */
  readonly warning?: string;
}

/**
 * The mean negative log-likelihood over all images of `batches`. Every image counts once, whatever the batch sizes: the sum runs
 * over images, in double precision, not over batch means.
 * @throws NotFiniteError if the likelihood of an image is not finite
 * @throws if there is no image
 */
export async function evaluate<B extends Batch>(options: EvaluateOptions<B>): Promise<Evaluation> {
  return summarize([await natsOfBatches(options)], options);
}

/**
 * −log p of each image of `batches`, in nats, as `evaluate` counts them. It ends at the first that is not finite. What a model draws for an image
 * depends on its index (`indices` of the batch), or where none is told on its place among these.
 */
export async function natsOfBatches<B extends Batch>({
  model,
  params,
  batches,
  boundSamples,
  onNats,
  onProgress,
}: Omit<EvaluateOptions<B>, 'guard'>): Promise<Float32Array> {
  const yieldToHost = hostYielder();
  const parts: Float32Array[] = [];
  let images = 0;
  for await (const batch of batches) {
    const indices = batch.indices ?? Array.from({ length: batch.count }, (_, i) => images + i);
    const nats = await natsPerImage(model, params, { ...batch, indices }, { boundSamples });
    parts.push(nats);
    images += nats.length;
    if (!nats.every(Number.isFinite)) break;
    onNats?.(nats, batch);
    onProgress?.(images);
    await yieldToHost();
  }
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

/**
 * What the likelihoods of images say together, given in parts, in their order.
 * @throws NotFiniteError if one is not finite
 * @throws if there is no image
 */
export function summarize(
  parts: readonly Float32Array[],
  { model, boundSamples, guard }: Pick<EvaluateOptions, 'model' | 'boundSamples' | 'guard'>,
): Evaluation {
  let images = 0;
  let mean = 0;
  let squares = 0;
  for (const nats of parts.flatMap((part) => [...part])) {
    if (!Number.isFinite(nats)) throw new NotFiniteError(`−log p of image ${images} is ${nats}`);
    images++;
    const delta = nats - mean;
    mean += delta / images;
    squares += delta * (nats - mean);
  }
  if (images === 0) throw new Error('evaluate: wanted at least one image, got none');
  const result = { nats: mean, bitsPerDim: bitsPerDim(mean, model.image) };
  const warning = guard && implausible(result, guard);
  const standardError = images > 1 ? Math.sqrt(squares / (images - 1) / images) : 0;
  return {
    ...result,
    images,
    standardError,
    bound: model.bound,
    ...(boundSamples !== undefined && { boundSamples }),
    ...(warning && { warning }),
  };
}

/** How {@link natsPerImage} evaluates a batch. */
export type NatsOptions = Pick<EvaluateOptions, 'boundSamples'>;

/**
 * −log p of each image of a batch, in nats, or what `model.bound` says.
 * @throws if there are to be draws of latents, and the model has none
 */
export async function natsPerImage(
  model: GenerativeModel,
  params: Params,
  batch: Batch,
  { boundSamples }: NatsOptions = {},
): Promise<Float32Array> {
  const { indices } = batch;
  if (boundSamples === undefined)
    return read(() => {
      const { images, context } = batchTensors(model, batch, { indices });
      return model.nats(params, images, context);
    });
  if (!model.logWeights)
    throw new Error(
      `evaluate: wanted a model with latents to draw ${boundSamples} of, got ${model.name}, which has none`,
    );
  if (!(Number.isInteger(boundSamples) && boundSamples >= 1))
    throw new Error(`evaluate: wanted a whole number of draws, at least 1, got ${boundSamples}`);
  const mean = logMeanExp(batch.count);
  for (let draw = 0; draw < boundSamples; draw++)
    mean.add(
      await read(() => {
        const { images, context } = batchTensors(model, batch, { indices, draw });
        return model.logWeights!(params, images, context);
      }),
    );
  return mean.result().map((value) => -value);
}

async function read(compute: () => tf.Tensor1D): Promise<Float32Array> {
  const tensor = tf.tidy(compute);
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}

/** log (1/k) Σ eˣ of k values for each of `count` images, in double precision: one set of values at a time, whatever k is. */
function logMeanExp(count: number): { add(values: Float32Array): void; result(): Float32Array } {
  const largest = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  const sums = new Float64Array(count); // Σ exp(x − largest)
  let sets = 0;
  return {
    add(values) {
      sets++;
      values.forEach((value, i) => {
        const most = Math.max(largest[i], value);
        sums[i] = sums[i] * Math.exp(largest[i] - most) + Math.exp(value - most);
        largest[i] = most;
      });
    },
    result: () => Float32Array.from(largest, (most, i) => most + Math.log(sums[i] / sets)),
  };
}
