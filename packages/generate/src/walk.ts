import {
  contiguousGroups,
  dimensions,
  type Frame,
  type GenerativeModel,
  groupCount,
  type HostContext,
  type KnownPixels,
} from '@pixelrnn/core';

/** Where a walk gets the likelihood's parameters: from a prepared model, or from anything else that can be asked in raster order. */
export interface WalkSource {
  open(frame: Frame, context: HostContext): WalkStream;
}

/** `Stream`, where an answer may take its time. */
export interface WalkStream {
  beginRow(row: number): unknown;
  at(column: number, pixel: Float32Array): Float32Array | Promise<Float32Array>;
  advance(column: number, pixel: Float32Array): void;
  dispose(): void;
}

/**
 * Decides on a sub-pixel.
 * @param image number of the image in the walk
 * @param position number of the pixel, r·W + c
 * @param pmf its L probabilities given all sub-pixels before it, at a temperature (1 if not told); valid until the next call
 * @returns the level
 */
export type Choose = (
  image: number,
  position: number,
  channel: number,
  pmf: (temperature?: number) => Float32Array,
) => number;

export interface WalkOptions {
  /** Number of images, walked over side by side. */
  readonly count: number;
  /** What the images are conditioned on. */
  readonly context?: HostContext;
  /** Pixels that are known, and not asked for. */
  readonly known?: KnownPixels;
  /** Called, and awaited, after every row. */
  readonly onRow?: (row: number) => void | Promise<void>;
}

/**
 * Walks over images in raster order and asks `choose` for the level of every sub-pixel, given the probabilities that the model gives
 * it after all that was chosen before: sampling, completion, scoring and coding are this walk with different choices.
 *
 *   for each pixel:      known in all images      at, advance
 *                        otherwise                at → choose the channels of group 0; at → those of group 1; …; advance
 *
 * The network is asked once for each group of the likelihood's outputs: for RGB under a softmax three times a pixel, since green
 * depends on red; under a likelihood that ties the channels itself, once.
 *
 * @returns the images, levels [count, H, W, C]
 */
export async function walk(
  { image, likelihood }: Pick<GenerativeModel, 'image' | 'likelihood'>,
  source: WalkSource,
  { count, context = {}, known, onRow }: WalkOptions,
  choose: Choose,
): Promise<Float32Array> {
  const { height, width, channels } = image;
  const { outputs: size } = likelihood;
  const groups = groupCount(likelihood.outputGroups);
  const groupOf = contiguousGroups(channels, groups);
  const images = new Float32Array(count * dimensions(image));
  const pixel = new Float32Array(count * channels);
  const isKnown = (b: number, position: number) => known?.mask[b * height * width + position] === 1;
  const stream = source.open({ batch: count, height, width }, context);

  const chooseGroup = (position: number, group: number, outputs: Float32Array): void => {
    for (let channel = 0; channel < channels; channel++) {
      if (groupOf[channel] !== group) continue;
      for (let b = 0; b < count; b++) {
        if (isKnown(b, position)) continue;
        const own = outputs.subarray(b * size, (b + 1) * size);
        const before = pixel.subarray(b * channels, (b + 1) * channels);
        const pmf = (temperature?: number) => likelihood.pmf(own, channel, before, temperature);
        pixel[b * channels + channel] = choose(b, position, channel, pmf);
      }
    }
  };

  try {
    for (let row = 0; row < height; row++) {
      stream.beginRow(row);
      for (let column = 0; column < width; column++) {
        const position = row * width + column;
        const asked = beginPixel(position);
        for (let group = 0; group < asked; group++) {
          const answer = stream.at(column, pixel);
          chooseGroup(position, group, answer instanceof Promise ? await answer : answer);
        }
        stream.advance(column, pixel);
        writePixel(images, position, pixel);
      }
      await onRow?.(row);
    }
    return images;
  } finally {
    stream.dispose();
  }

  /** Puts what is known of a pixel in its place; returns how often the network is to be asked. */
  function beginPixel(position: number): number {
    let unknown = 0;
    for (let b = 0; b < count; b++) {
      const settled = isKnown(b, position);
      if (!settled) unknown++;
      for (let channel = 0; channel < channels; channel++)
        pixel[b * channels + channel] = settled
          ? known!.images[(b * height * width + position) * channels + channel]
          : 0;
    }
    return unknown > 0 ? groups : 1;
  }

  function writePixel(into: Float32Array, position: number, from: Float32Array): void {
    for (let b = 0; b < count; b++)
      for (let channel = 0; channel < channels; channel++)
        into[(b * height * width + position) * channels + channel] = from[b * channels + channel];
  }
}
