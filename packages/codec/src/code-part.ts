import { type BlockImages, type BlockShape, codeBlock, piecesOf } from './code-block.ts';
import type { Trained } from './fingerprint.ts';
import { TOTAL } from './quantize.ts';
import { rangeDecoder, rangeEncoder } from './range-coder.ts';

/** A part of an archive that is coded by itself, wherever: a whole block, or some strips of its only image, which are an image of fewer rows. */
export interface Part extends BlockShape {
  /** Number of its block. */
  readonly block: number;
  /** Strips above it. */
  readonly above: number;
}

/** Told of a part, from time to time, how many of its pixels are done. */
export type OnPixels = (done: number) => void | Promise<void>;

/** What became of the images of a part. */
export interface EncodedPart {
  /** One of all images, or one of each strip. */
  readonly streams: readonly Uint8Array[];
  /** What each image, or each strip, costs, in bits. */
  readonly bits: Float64Array;
  /** The same of each pixel of the images, one after the other, where it was asked for. */
  readonly map?: Float32Array;
}

export async function encodePart(
  trained: Trained,
  part: BlockShape,
  given: BlockImages,
  wantsMap: boolean,
  onPixels: OnPixels,
): Promise<EncodedPart> {
  const { count, height, width, rows } = part;
  const pieces = piecesOf(part);
  const coders = Array.from({ length: count > 1 ? 1 : pieces }, rangeEncoder);
  const bits = new Float64Array(pieces);
  const map = wantsMap ? new Float32Array(count * height * width) : undefined;
  await codeBlock(trained, part, coders, given, {
    onPixels,
    onCoded: (piece, frequency, subPixel) => {
      const cost = Math.log2(TOTAL / frequency);
      bits[piece] += cost;
      if (map && subPixel !== undefined)
        map[piece * rows * width + Math.floor(subPixel / trained.model.image.channels)] += cost;
    },
  });
  return { streams: coders.map((coder) => coder.finish()), bits, map };
}

/** @throws CodecError if the streams are not those of such a part */
export const decodePart = (
  trained: Trained,
  part: BlockShape,
  streams: readonly Uint8Array[],
  onPixels: OnPixels,
): Promise<BlockImages> => codeBlock(trained, part, streams.map(rangeDecoder), undefined, { onPixels });
