import type { ImageSpec, JsonObject } from '@pixelrnn/core';
import { sha256 } from '@pixelrnn/files';
import { messageOf } from '@pixelrnn/files/message';
import { DataError } from '../data-error.ts';
import { SPLITS, type Split, type SplitSizes } from '../dataset/dataset.ts';

/**
 * A pack is a data set in one file: images that are decoded, one after the other, so that any of them is read by its offset.
 *
 *   magic         8 bytes, the last of which is the number of the format
 *   images        of train, then valid, then test: levels [n, H, W, C], a byte each, or two (low, high) of more than 256 levels
 *   labels        of the same images, where there are classes: four bytes each, lowest first
 *   index         a PackIndex as JSON in UTF-8
 *   end           SHA-256 of the index (32 bytes), its length (4 bytes, lowest first), the magic again
 *
 * The index stands last since it tells what is known last: how many images there were, and the SHA-256 of all before it but the magic.
 */
export interface PackIndex extends PackHead {
  /** Images of each split. */
  readonly splits: SplitSizes;
  /** SHA-256 of images and labels, in hexadecimal. */
  readonly sha256: string;
}

/** What is packed. */
export interface PackHead {
  /** Name of the data set that was packed. */
  readonly name: string;
  readonly image: ImageSpec;
  readonly classes?: readonly string[];
  /** The conditions under which its levels came about: {@link Dataset.config}. */
  readonly config: JsonObject;
}

export const MAGIC = Buffer.from('PXRPACK\x01', 'latin1');
const HASH_BYTES = 32;
/** Bytes of what stands after the index. */
export const END_BYTES = HASH_BYTES + 4 + MAGIC.length;
export const LABEL_BYTES = 4;

/** Where the parts of a pack begin, in bytes. */
export interface PackLayout {
  readonly bytesPerLevel: 1 | 2;
  readonly imageBytes: number;
  /** Number of the first image of each split. */
  readonly first: SplitSizes;
  readonly labels: number;
  readonly index: number;
}

export function layoutOf({ image, classes, splits }: Pick<PackIndex, 'image' | 'classes' | 'splits'>): PackLayout {
  const bytesPerLevel = image.levels > 256 ? 2 : 1;
  const imageBytes = image.height * image.width * image.channels * bytesPerLevel;
  const images = SPLITS.reduce((sum, split) => sum + splits[split], 0);
  const labels = MAGIC.length + images * imageBytes;
  return {
    bytesPerLevel,
    imageBytes,
    first: { train: 0, valid: splits.train, test: splits.train + splits.valid },
    labels,
    index: labels + (classes ? images * LABEL_BYTES : 0),
  };
}

/** The index and what stands after it. */
export function encodeEnd(index: PackIndex): Uint8Array {
  const json = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([json, Buffer.from(sha256(json), 'hex'), length, MAGIC]);
}

/**
 * Length of the index, as the last {@link END_BYTES} of a file tell it.
 * @throws DataError if they are the end of no pack of this format
 */
export function indexLength(path: string, end: Buffer): number {
  const magic = end.subarray(end.length - MAGIC.length);
  if (end.length < END_BYTES || !magic.subarray(0, -1).equals(MAGIC.subarray(0, -1)))
    throw new DataError(`${path}: wanted a pack, found a file that does not end as one: another kind, or cut short`);
  if (!magic.equals(MAGIC))
    throw new DataError(`${path}: wanted a pack of format ${MAGIC.at(-1)}, found format ${magic.at(-1)}`);
  return end.readUInt32LE(HASH_BYTES);
}

/**
 * The index of a pack.
 * @param size of the whole file, in bytes
 * @throws DataError if it is damaged, or is not of a file of this size
 */
export function decodeIndex(path: string, json: Buffer, end: Buffer, size: number): PackIndex {
  if (sha256(json) !== end.toString('hex', 0, HASH_BYTES))
    throw new DataError(`${path}: wanted a whole index, found a damaged one`);
  try {
    const index = JSON.parse(json.toString()) as PackIndex;
    const wanted = layoutOf(index).index + json.length + END_BYTES;
    if (wanted !== size) throw new Error(`wanted ${wanted} bytes, found ${size}`);
    return index;
  } catch (error) {
    throw new DataError(`${path}: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * How many images so many values are.
 * @throws DataError if they are no whole images, or have more levels than two bytes
 */
export function imageCount(path: string, { height, width, channels, levels }: ImageSpec, values: number): number {
  const size = height * width * channels;
  if (levels > 2 ** 16) throw new DataError(`${path}: wanted at most 65536 levels, got ${levels}`);
  if (values % size !== 0) throw new DataError(`${path}: wanted images of ${size} levels, got ${values} levels`);
  return values / size;
}

/** Splits come in this order. */
export const splitNumber = (split: Split): number => SPLITS.indexOf(split);
