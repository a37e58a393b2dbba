import { crc32, type KnownPixels } from '@pixelrnn/core';
import type { Block } from './archive.ts';
import { codeImages } from './code-images.ts';
import { CodecError } from './codec-error.ts';
import type { Trained } from './fingerprint.ts';
import { quantize } from './quantize.ts';
import type { Coder } from './range-coder.ts';

/** Levels of images, one byte each, or two where there are more than 256. */
export type Levels = Uint8Array | Uint16Array;

/** Levels 0 … `count` − 1, as they are held. */
export const levelsOf = (levels: ArrayLike<number>, count: number): Levels =>
  count > 256 ? Uint16Array.from(levels) : Uint8Array.from(levels);

/** The images of a block, one after the other, and their classes, if they have some. */
export interface BlockImages {
  readonly levels: Levels;
  readonly labels?: Int32Array;
}

/** The size of a block and of what it is cut into. */
export type BlockShape = Pick<Block, 'count' | 'height' | 'width' | 'rows'>;

export interface BlockHooks {
  /** Told of every sub-pixel how many of `TOTAL` parts its level had: its piece, and its number there, if it is not of a coarser image. */
  readonly onCoded?: (piece: number, frequency: number, subPixel?: number) => void;
  /** Told after every row of what is walked over side by side: how many of the block's pixels are done. */
  readonly onPixels?: (done: number) => void | Promise<void>;
}

/** Pixels of all images of a block. */
export const pixelsOf = ({ count, height, width }: BlockShape): number => count * height * width;

/** How many pieces of `rows` rows a block is walked over in: one for each image, or one for each strip of the only image. */
export const piecesOf = ({ count, height, rows }: BlockShape): number => count * Math.ceil(height / rows);

/**
 * Codes a block: writes it, if it is given, else reads it. Classes come first, each as likely as any other.
 *
 * Whole images [count, H, W, C] and strips of one image [strips, rows, W, C] lie in memory alike. What is missing of the last strip lies below
 * the image, is 0, and known to both ends.
 *
 * @param coders one for all pieces, or one for each
 * @throws CodecError if the streams are none of such a block, or there is no memory for it
 */
export async function codeBlock(
  trained: Trained,
  shape: BlockShape,
  coders: readonly Coder[],
  given?: BlockImages,
  { onCoded, onPixels }: BlockHooks = {},
): Promise<BlockImages> {
  const { conditions, image } = trained.model;
  const { count, width, rows } = shape;
  const pieces = piecesOf(shape);
  const pixels = pixelsOf(shape);
  const ofPiece = rows * width;
  const labels = codeLabels(coders[0], conditions.classes, count, given?.labels);
  const levels = await inMemory(shape, () =>
    codeImages(trained, {
      count: pieces,
      height: rows,
      width,
      coderOf: (piece) => coders[coders.length === 1 ? 0 : piece],
      images: given && padded(given.levels, pieces * ofPiece * image.channels),
      known: padding(pixels, pieces * ofPiece, image.channels),
      context: labels && { labels: Int32Array.from({ length: pieces }, (_, piece) => labels[count === 1 ? 0 : piece]) },
      onCoded,
      onRow: (row) => onPixels?.(Math.min(pixels, (row + 1) * width * pieces)),
    }),
  );
  return { levels: levelsOf(levels.subarray(0, pixels * image.channels), image.levels), labels };
}

/** CRC-32 of labels and levels. */
export const checksumOf = ({ labels = new Int32Array(0), levels }: BlockImages): number =>
  [Uint16Array.from(labels), levels].reduce(
    (crc, { buffer, byteOffset, byteLength }) => crc32(new Uint8Array(buffer, byteOffset, byteLength), crc),
    0,
  );

/** Arrays, and a memory of WebAssembly, that cannot be had are a `RangeError` without a word of what they were for. @throws CodecError instead */
async function inMemory<T>({ count, height, width }: BlockShape, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CodecError(
      `wanted memory for ${count} × ${height} × ${width} pixels at a time, got too little (${error.message})`,
      { cause: error },
    );
  }
}

function codeLabels(
  coder: Coder,
  classes: number | undefined,
  count: number,
  labels: Int32Array | undefined,
): Int32Array | undefined {
  if (classes === undefined) return undefined;
  const alike = quantize(new Float32Array(classes).fill(1 / classes));
  return Int32Array.from({ length: count }, (_, image) => coder.code(alike, labels?.[image] ?? 0));
}

function padded(levels: Levels, length: number): Float32Array {
  const longer = new Float32Array(length);
  longer.set(levels);
  return longer;
}

/** Known pixels below those of the image, if there are some. */
function padding(pixels: number, all: number, channels: number): KnownPixels | undefined {
  if (all === pixels) return undefined;
  return { images: new Float32Array(all * channels), mask: new Uint8Array(all).fill(1, pixels) };
}
