import type { Batch, JsonObject } from '@pixelrnn/core';
import { DataError } from '../data-error.ts';
import { checkInteger, kindOf, resolveOptions } from '../options.ts';
import { type Dataset, SPLITS, type Split, type SplitSizes } from './dataset.ts';
import { checkLabels } from './labels.ts';
import { QUANTIZE_DEFAULTS, type QuantizeOptions, quantizer } from './quantize.ts';

/** Images of one split in memory, as bytes. */
export interface PixelSplit {
  /** Source values 0 … S−1, [n, H, W, C]. */
  readonly pixels: Uint8Array | Uint16Array;
  /** Class of each image, 0 … number of classes − 1. */
  readonly labels?: Uint8Array | Uint16Array | Int32Array;
}

/** What {@link pixelDataset} is made from. */
export interface PixelDatasetOptions {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Number S of values that `pixels` can have: 256 for bytes as they come from most files. */
  readonly sourceLevels: number;
  readonly splits: Readonly<Record<Split, PixelSplit>>;
  readonly classes?: readonly string[];
  /** How values become levels; by default each value is one. */
  readonly quantize?: Partial<QuantizeOptions>;
  /** What the images depend on beside all this (a seed, a version), for the data set's `config`. */
  readonly conditions?: JsonObject;
}

/**
 * A data set that is in memory; levels are made when they are read.
 *
 * @throws DataError for pixels or labels that are out of range or of another kind: checked once, here
 */
export function pixelDataset(options: PixelDatasetOptions): Dataset {
  const { name, height, width, channels, splits, classes, sourceLevels, conditions } = options;
  for (const side of ['height', 'width', 'channels'] as const) checkInteger(name, side, options[side], 1);
  checkInteger(name, 'sourceLevels', sourceLevels, 2, 2 ** 16);
  const imageSize = height * width * channels;
  const levels = quantizer(name, resolveOptions(name, QUANTIZE_DEFAULTS, options.quantize), sourceLevels);
  const size = (split: Split) => splits[split].pixels.length / imageSize;
  for (const split of SPLITS) checkSplit(`${name}: ${split}`, splits[split], imageSize, sourceLevels, classes?.length);

  async function read(split: Split, indices: ArrayLike<number>, epoch = 0): Promise<Batch> {
    const { pixels, labels } = splits[split];
    checkIndices(name, split, indices, size(split));
    const images = new Float32Array(indices.length * imageSize);
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i];
      const source = pixels.subarray(index * imageSize, (index + 1) * imageSize);
      levels.apply(source, images, i * imageSize, { split, epoch, index });
    }
    return {
      images,
      count: indices.length,
      ...(labels && { labels: Int32Array.from(indices, (index) => labels[index]) }),
    };
  }

  return {
    name,
    image: { height, width, channels, levels: levels.levels },
    ...(classes && { classes }),
    config: datasetConfig(name, { ...(conditions && { conditions }), ...levels.config }, size),
    size,
    read,
  };
}

/** The conditions of results on a data set: its name, how levels were made, the size of each split. */
export function datasetConfig(name: string, conditions: JsonObject, size: (split: Split) => number): JsonObject {
  const splits: SplitSizes = { train: size('train'), valid: size('valid'), test: size('test') };
  return { name, ...conditions, splits: { ...splits } };
}

/** @throws DataError unless every index is one of 0 … n−1. */
export function checkIndices(name: string, split: Split, indices: ArrayLike<number>, n: number): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (Number.isInteger(index) && index >= 0 && index < n) continue;
    throw new DataError(`${name}: ${split} has images 0 to ${n - 1}, asked for ${index}`);
  }
}

function checkSplit(
  owner: string,
  split: PixelSplit | undefined,
  imageSize: number,
  sourceLevels: number,
  classes: number | undefined,
): void {
  if (!(split?.pixels instanceof Uint8Array || split?.pixels instanceof Uint16Array))
    throw new DataError(`${owner}: wanted pixels as Uint8Array or Uint16Array, got ${kindOf(split?.pixels)}`);
  const { pixels, labels } = split;
  const images = pixels.length / imageSize;
  if (!Number.isInteger(images))
    throw new DataError(`${owner}: ${pixels.length} values are no multiple of ${imageSize}`);
  if (labels && labels.length !== images) throw new DataError(`${owner}: ${images} images but ${labels.length} labels`);
  checkRange(pixels, sourceLevels, (value, i) => {
    const image = Math.floor(i / imageSize);
    return `${owner}: wanted pixels 0 to ${sourceLevels - 1} (sourceLevels), found ${value} in image ${image}`;
  });
  if (labels) checkLabels(labels, classes ?? 2 ** 31, owner);
}

/** Whole numbers all, as the type of the array sees to; so only too large ones are looked for, where there can be any. */
function checkRange(values: Uint8Array | Uint16Array, end: number, message: (value: number, i: number) => string) {
  if (end >= 2 ** (8 * values.BYTES_PER_ELEMENT)) return;
  const bad = values.findIndex((value: number) => value >= end);
  if (bad >= 0) throw new DataError(message(values[bad], bad));
}

/** The last `count` images as one split, those before as the other. */
export function splitTail(all: PixelSplit, imageSize: number, count: number): { head: PixelSplit; tail: PixelSplit } {
  const images = all.pixels.length / imageSize - count;
  const part = (from: number, to?: number): PixelSplit => ({
    pixels: all.pixels.subarray(from * imageSize, to === undefined ? undefined : to * imageSize),
    ...(all.labels && { labels: all.labels.subarray(from, to) }),
  });
  return { head: part(0, images), tail: part(images) };
}
