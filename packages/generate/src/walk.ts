import {
  contiguousGroups,
  dimensions,
  type Frame,
  type GenerativeModel,
  groupCount,
  type HostContext,
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
  /** The first `pixels` pixels of each image are known, and not asked for: levels [count, H, W, C]. */
  readonly known?: { readonly images: Float32Array; readonly pixels: number };
  /** Called, and awaited, after every row. */
  readonly onRow?: (row: number) => void | Promise<void>;
}

/**
 * Walks over images in raster order and asks `choose` for the level of every sub-pixel, given the probabilities that the model gives
 * it after all that was chosen before: sampling, completion, scoring and coding are this walk with different choices.
 *
 *   for each pixel:      known       at, advance
 *                        unknown     at → choose the channels of group 0; at → those of group 1; …; advance
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
  const stream = source.open({ batch: count, height, width }, context);

  const chooseGroup = (position: number, group: number, outputs: Float32Array): void => {
    for (let channel = 0; channel < channels; channel++) {
      if (groupOf[channel] !== group) continue;
      for (let b = 0; b < count; b++) {
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
        if (known && position < known.pixels) {
          readPixel(known.images, position, pixel);
          await stream.at(column, pixel);
        } else {
          pixel.fill(0);
          for (let group = 0; group < groups; group++) {
            const answer = stream.at(column, pixel);
            chooseGroup(position, group, answer instanceof Promise ? await answer : answer);
          }
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

  function readPixel(from: Float32Array, position: number, into: Float32Array): void {
    for (let b = 0; b < count; b++)
      for (let channel = 0; channel < channels; channel++)
        into[b * channels + channel] = from[(b * height * width + position) * channels + channel];
  }

  function writePixel(into: Float32Array, position: number, from: Float32Array): void {
    for (let b = 0; b < count; b++)
      for (let channel = 0; channel < channels; channel++)
        into[(b * height * width + position) * channels + channel] = from[b * channels + channel];
  }
}
