import {
  contiguousGroups,
  dimensions,
  type Frame,
  type GenerativeModel,
  groupCount,
  type HostContext,
  type KnownPixels,
  type PixelOrder,
} from '@pixelrnn/core';
import { distributions } from './distributions.ts';

/** Where a walk gets the likelihood's parameters: from a prepared model, or from anything else that can be asked in raster order. */
export interface WalkSource {
  open(frame: Frame, context: HostContext): WalkStream;
}

/** `Stream`, where an answer may take its time. */
export interface WalkStream {
  /** Set where `advance` wants no `at` before it: then nobody asks for pixels that are known. */
  readonly advancesUnasked?: boolean;
  beginRow(row: number): unknown;
  at(column: number, pixel: Float32Array): Float32Array | Promise<Float32Array>;
  advance(column: number, pixel: Float32Array): void;
  dispose(): void;
}

/**
 * Decides on a sub-pixel.
 * @param image number of the image in the walk
 * @param position number of the pixel in the image, r·W + c
 * @param pmf its L probabilities given all sub-pixels before it, at a temperature (1 if not told); valid until the choice is made
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
  /** The order of the pixels of each image; raster order, if left out. */
  readonly order?: PixelOrder;
  /** Called, and awaited, after every row. */
  readonly onRow?: (row: number) => void | Promise<void>;
}

/**
 * Walks over images in raster order and asks `choose` for the level of every sub-pixel, given the probabilities that the model gives
 * it after all that was chosen before: sampling, completion, scoring and coding are this walk with different choices.
 *
 *   for each pixel:      known in all images      at (unless the source advances unasked), advance
 *                        otherwise                at → choose the channels of group 0; at → those of group 1; …; advance
 *
 * The network is asked once for each group of the likelihood's outputs: for RGB under a softmax three times a pixel, since green
 * depends on red; under a likelihood that ties the channels itself, once.
 *
 * The source always goes in raster order. Where the images have orders of their own, that is the raster order of the images rearranged;
 * `known`, `choose` and the result are of the images as they are.
 *
 * @returns the images, levels [count, H, W, C]
 */
export async function walk(
  { image, likelihood }: Pick<GenerativeModel, 'image' | 'likelihood'>,
  source: WalkSource,
  { count, context = {}, known, order, onRow }: WalkOptions,
  choose: Choose,
): Promise<Float32Array> {
  const { height, width, channels } = image;
  const groups = groupCount(likelihood.outputGroups);
  const groupOf = contiguousGroups(channels, groups);
  const images = new Float32Array(count * dimensions(image));
  const pixel = new Float32Array(count * channels);
  /** Number of a pixel in all images, by its image and its place in the order. */
  const pixelAt = (b: number, place: number) =>
    b * height * width + (order ? order[b * height * width + place] : place);
  const isKnown = (b: number, place: number) => known?.mask[pixelAt(b, place)] === 1;
  const stream = source.open({ batch: count, height, width }, context);
  const likely = distributions(likelihood, count);
  let asked = 0; // the image whose probabilities are asked for
  const pmf = (temperature = 1) => likely.of(asked, temperature);

  const chooseGroup = (place: number, group: number, outputs: Float32Array): void => {
    for (let channel = 0; channel < channels; channel++) {
      if (groupOf[channel] !== group) continue;
      likely.move(outputs, channel, pixel);
      for (asked = 0; asked < count; asked++) {
        if (isKnown(asked, place)) continue;
        const position = pixelAt(asked, place) - asked * height * width;
        pixel[asked * channels + channel] = choose(asked, position, channel, pmf);
      }
    }
  };

  try {
    for (let row = 0; row < height; row++) {
      stream.beginRow(row);
      for (let column = 0; column < width; column++) {
        const place = row * width + column;
        const questions = beginPixel(place);
        for (let group = 0; group < questions; group++) {
          const answer = stream.at(column, pixel);
          chooseGroup(place, group, answer instanceof Promise ? await answer : answer);
        }
        stream.advance(column, pixel);
        writePixel(images, place, pixel);
      }
      await onRow?.(row);
    }
    return images;
  } finally {
    stream.dispose();
  }

  /** Puts what is known of a pixel in its place; returns how often the network is to be asked. */
  function beginPixel(place: number): number {
    let unknown = 0;
    for (let b = 0; b < count; b++) {
      const settled = isKnown(b, place);
      if (!settled) unknown++;
      for (let channel = 0; channel < channels; channel++)
        pixel[b * channels + channel] = settled ? known!.images[pixelAt(b, place) * channels + channel] : 0;
    }
    if (unknown > 0) return groups;
    return stream.advancesUnasked ? 0 : 1;
  }

  function writePixel(into: Float32Array, place: number, from: Float32Array): void {
    for (let b = 0; b < count; b++)
      for (let channel = 0; channel < channels; channel++)
        into[pixelAt(b, place) * channels + channel] = from[b * channels + channel];
  }
}
