import { type GenerativeModel, type Host, type HostContext, type KnownPixels, type Params, rng } from '@pixelrnn/core';
import { type WalkOptions, walk } from '@pixelrnn/generate';
import type { Trained } from './fingerprint.ts';
import { quantize, TOTAL } from './quantize.ts';
import type { Coder } from './range-coder.ts';

/** Images of one size that are walked over side by side, and what becomes of their levels. */
export interface CodeRequest {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** What an image's levels go to, or come from. */
  readonly coderOf: (image: number) => Coder;
  /** The levels to write [count, H, W, C]; none, where they are read. */
  readonly images?: Float32Array;
  /** Pixels that are not coded, since both ends know them. */
  readonly known?: KnownPixels;
  readonly context?: HostContext;
  /** Told of every sub-pixel how many of `TOTAL` parts its level had: its number in its image, if it is one of the images and of no coarser one. */
  readonly onCoded?: (image: number, frequency: number, subPixel?: number) => void;
  readonly onRow?: (row: number) => void | Promise<void>;
}

/** Orders of pixels that a model draws are drawn alike by both ends. */
const ORDERS = 'codec';

/**
 * Codes images pixel by pixel under a model: the walk that draws images, where each level goes through a coder. To encode and to decode are
 * this one function with two coders, so they ask the model for the same probabilities, in the same order, by the same arithmetic.
 *
 * A coarser image that the model draws first is coded first, by itself.
 *
 * @returns the images, levels [count, H, W, C]
 */
export async function codeImages({ model, weights }: Trained, request: CodeRequest): Promise<Float32Array> {
  const { count, height, width, coderOf, images, onCoded, onRow } = request;
  const { channels, levels } = model.image;
  const settled = await settle(model, weights, request);
  const cumulative = new Uint32Array(levels + 1);
  const prepared = model.prepare(weights);
  try {
    return await walk(
      { image: { height, width, channels, levels }, likelihood: model.likelihood },
      prepared,
      { count, ...settled, onRow },
      (image, position, channel, pmf) => {
        quantize(pmf(), TOTAL, cumulative);
        const subPixel = position * channels + channel;
        const wanted = images ? images[image * height * width * channels + subPixel] : 0;
        const level = coderOf(image).code(cumulative, wanted);
        onCoded?.(image, cumulative[level + 1] - cumulative[level], subPixel);
        return level;
      },
    );
  } finally {
    prepared.dispose();
  }
}

/** What is settled before the first pixel: as for drawing, but that images of other models are coded. */
async function settle(
  model: GenerativeModel,
  weights: Host<Params>,
  { count, images, known, context = {}, coderOf, onCoded }: CodeRequest,
): Promise<Pick<WalkOptions, 'context' | 'known' | 'order'>> {
  if (!model.before) return { context, known };
  const { height, width } = model.image;
  const beginning = await model.before(weights, {
    random: Array.from({ length: count }, (_, image) => rng(ORDERS).fork(image)),
    context,
    known: images && { images, mask: new Uint8Array(count * height * width).fill(1) }, // what is settled agrees with all of it
    draw: (_, inner, innerWeights, { context: own, known: given } = {}) =>
      codeImages(
        { model: inner, weights: innerWeights },
        {
          ...inner.image,
          count,
          coderOf,
          images: given?.images,
          context: own,
          onCoded: (image, frequency) => onCoded?.(image, frequency),
        },
      ),
  });
  return { context: beginning.context, known: beginning.known, order: beginning.order };
}
