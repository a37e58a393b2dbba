import type { GenerativeModel, Host, ImageSpec, Params } from '@pixelrnn/core';
import { type EvaluationBatch, evaluationBatches, parseDegradation, type Split, valuesOf } from '@pixelrnn/data';
import { type SampleOptions, sample } from '@pixelrnn/generate';
import type { Session } from '../train/session.ts';

/** Of each image that is restored to be compared. */
const DRAWS = 4;

/** Which images are to be restored, and how often each. */
export interface RestoreOptions extends Pick<SampleOptions, 'seed' | 'temperature' | 'onProgress'> {
  /** How they were degraded, as the run's recipe says: `blur:1.5`. */
  readonly restore: string;
  /** What is seen of each image, as its model reads it: [n, H, W, D]. */
  readonly maps: Float32Array;
  /** Class of each image, for a model of classes. */
  readonly labels?: Int32Array;
  /** What the images were: levels [n, H, W, C], to compare with. */
  readonly originals?: Float32Array;
  /** Draws for each image. */
  readonly count: number;
}

/** Draws from p(image | what is seen of it). */
export interface Restorations {
  /** Values 0 … 1, as all that follow: [n, H, W, C]. */
  readonly degraded: Float32Array;
  /** [n · count, H, W, C], those of the first image first. */
  readonly drawn: Float32Array;
  /** Mean of the draws of each image: [n, H, W, C]. */
  readonly mean: Float32Array;
  /** −log p of what was drawn, each time; of a mask that is the unknown pixels alone: [n · count]. */
  readonly nats: Float64Array;
  /** What the nats are given beside what is seen, where they are no likelihood (`natsGiven` of `Samples`). */
  readonly natsGiven: readonly string[];
  /** How near each is to the originals, where these are known. */
  readonly psnr?: Psnr;
}

/** Peak signal-to-noise ratios in dB, of the squared error over all images; null where there is no error at all. */
export type Psnr = {
  readonly degraded: number | null;
  /** Of single draws. */
  readonly drawn: number | null;
  /** Of their mean. */
  readonly mean: number | null;
};

/** Draws images of a model that was trained to restore. Pixels that are seen as they were (of a mask, those beside it) stay as they are. */
export async function restoreImages(
  model: GenerativeModel,
  weights: Host<Params>,
  { restore, maps, labels, originals, count, ...options }: RestoreOptions,
): Promise<Restorations> {
  const { image } = model;
  const all = maps.length / (image.height * image.width * model.conditions.map!);
  const known = parseDegradation(restore).known?.(maps, image);
  const { images, nats, natsGiven } = await sample(model, weights, {
    ...options,
    count: all * count,
    context: { map: eachTimes(maps, all, count), ...(labels && { labels: eachTimes(labels, all, count) }) },
    known: known && { images: eachTimes(known.images, all, count), mask: eachTimes(known.mask, all, count) },
  });
  const drawn = valuesOf(images, image);
  const [degraded, mean] = [seenIn(maps, image, model.conditions.map!), meanOfEach(drawn, all, count)];
  if (!originals) return { degraded, drawn, mean, nats, natsGiven };
  const wanted = valuesOf(originals, image);
  const psnr = {
    degraded: peakSignalToNoise(degraded, wanted),
    drawn: peakSignalToNoise(drawn, eachTimes(wanted, all, count)),
    mean: peakSignalToNoise(mean, wanted),
  };
  return { degraded, drawn, mean, nats, natsGiven, psnr };
}

/** 10 log₁₀ (1 / mean squared error) dB, of values 0 … 1. */
export function peakSignalToNoise(values: Float32Array, wanted: Float32Array): number | null {
  const squares = values.reduce((sum, value, i) => sum + (value - wanted[i]) ** 2, 0);
  return squares === 0 ? null : -10 * Math.log10(squares / values.length);
}

/** Each of `all` items `times` times, one after the other. */
function eachTimes<T extends Float32Array | Int32Array | Uint8Array>(values: T, all: number, times: number): T {
  const size = values.length / all;
  const repeated = new (values.constructor as new (length: number) => T)(values.length * times);
  for (let i = 0; i < repeated.length; i++) repeated[i] = values[Math.floor(i / (size * times)) * size + (i % size)];
  return repeated;
}

/** The colours of maps on ±1, which may have a channel more. */
function seenIn(maps: Float32Array, image: ImageSpec, mapChannels: number): Float32Array {
  const { channels } = image;
  const pixels = maps.length / mapChannels;
  return Float32Array.from({ length: pixels * channels }, (_, i) => {
    const [pixel, channel] = [Math.floor(i / channels), i % channels];
    return (maps[pixel * mapChannels + channel] + 1) / 2;
  });
}

function meanOfEach(drawn: Float32Array, all: number, count: number): Float32Array {
  const size = drawn.length / (all * count);
  return Float32Array.from({ length: all * size }, (_, i) => {
    const first = Math.floor(i / size) * size * count + (i % size);
    let sum = 0;
    for (let n = 0; n < count; n++) sum += drawn[first + n * size];
    return sum / count;
  });
}

/**
 * How near restorations of some images of a split are to them, evenly over the split, by four draws of each of a run that restores.
 * @param images how many
 */
export async function psnrOfSplit(
  { model, dataset, recipe }: Pick<Session, 'model' | 'dataset' | 'recipe'>,
  weights: Host<Params>,
  {
    split,
    images,
    ...options
  }: { readonly split: Split; readonly images: number } & Pick<RestoreOptions, 'seed' | 'onProgress'>,
): Promise<Psnr & { readonly images: number; readonly draws: number }> {
  const { value } = await evaluationBatches(dataset, split, { batchSize: images, limit: images }).next();
  const { images: originals, labels, map: maps, count } = value as EvaluationBatch;
  const own = model.conditions.classes === undefined ? undefined : labels;
  const { psnr } = await restoreImages(model, weights, {
    restore: recipe.restore!,
    maps: maps!,
    labels: own,
    originals,
    count: DRAWS,
    ...options,
  });
  return { ...psnr!, images: count, draws: DRAWS };
}
