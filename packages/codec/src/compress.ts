import { dimensions, type GenerativeModel, type Host, type Params, wantLabels } from '@pixelrnn/core';
import { afterRow } from './after-row.ts';
import { type Archive, type Block, MOST_IMAGES, MOST_SUB_PIXELS, writeArchive } from './archive.ts';
import { checkModel, checkSize } from './check-model.ts';
import { type BlockImages, checksumOf, codeBlock, piecesOf } from './code-block.ts';
import { fingerprint } from './fingerprint.ts';
import { planBlocks } from './plan-blocks.ts';
import { TOTAL } from './quantize.ts';
import { rangeEncoder } from './range-coder.ts';

/** An image to compress. */
export interface LevelImage {
  readonly height: number;
  readonly width: number;
  /** Levels [H, W, C], whole numbers 0 … L − 1. */
  readonly levels: ArrayLike<number>;
  /** Its class, for a model of classes. */
  readonly label?: number;
  /** Kept with it; without slashes and control characters. */
  readonly name?: string;
}

export interface CompressOptions {
  /**
   * Images of one size that share a stream: the more of them, the fewer bytes go to streams and checksums (12 a block), and the more images must be
   * decoded to read one. Default: as many as have 2¹⁸ sub-pixels together.
   */
  readonly block?: number;
  /**
   * Rows of the strips that an image is cut into, each with a stream of its own; an image that has no more is whole. Strips are coded side by side,
   * which is faster, and know nothing of each other, which costs bits. Default: 8 strips of an image of more than 2¹⁶ pixels, of 64 rows at least.
   */
  readonly rows?: number;
  /** Whether the bits of every pixel are wanted, too. */
  readonly maps?: boolean;
  /** Told of pixels done out of all. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** An archive, and what its images cost in it. */
export interface Compressed {
  readonly bytes: Uint8Array;
  /** −log₂ p of each image (given its class) under the model with its frequencies made whole, in bits: what its stream takes, but for a byte. */
  readonly bits: Float64Array;
  /** The same of each pixel [H, W], where it was asked for. What a coarser image costs is in none of them. */
  readonly maps?: readonly Float32Array[];
}

/**
 * Compresses images without loss, with any model of an exact likelihood: an archive that `decompress` reads with the same model and weights, on
 * every machine.
 *
 * The likelihood says how likely each level is after all those before it, and a range coder spends −log₂ of that on it. All arithmetic between
 * weights and bits is that of the WebAssembly kernels, or of doubles rounded once: nothing depends on the host, on the batch or on threads.
 *
 * @param weights parameters as typed arrays (`toHost`, `loadPretrained`)
 * @throws if the model gives no exact likelihood, or an image does not fit it
 */
export async function compress(
  model: GenerativeModel,
  weights: Host<Params>,
  images: readonly LevelImage[],
  { block, rows, maps = false, onProgress, signal }: CompressOptions = {},
): Promise<Compressed> {
  checkModel(model);
  checkImages(model, images);
  const { channels, levels } = model.image;
  const plan = planBlocks(model, images, { block, rows });
  const costs = costsOf(images, maps);
  const total = pixelsOf(images);
  const blocks: Block[] = [];
  let first = 0;
  let done = 0;
  for (const shape of plan) {
    const own = images.slice(first, first + shape.count);
    const coders = Array.from({ length: shape.count > 1 ? 1 : piecesOf(shape) }, rangeEncoder);
    const given = joined(own, model);
    await codeBlock({ model, weights }, shape, coders, given, {
      onCoded: costs.counter(first, channels),
      onPixels: (pixels) => afterRow(() => onProgress?.(done + pixels, total), signal),
    });
    blocks.push({ ...shape, checksum: checksumOf(given), streams: coders.map((coder) => coder.finish()) });
    first += shape.count;
    done += pixelsOf(own);
  }
  const archive: Archive = { made: fingerprint({ model, weights }), channels, levels, blocks, images };
  return { bytes: writeArchive(archive), ...costs.result };
}

const pixelsOf = (images: readonly LevelImage[]): number =>
  images.reduce((sum, { height, width }) => sum + height * width, 0);

function checkImages(model: GenerativeModel, images: readonly LevelImage[]): void {
  const { channels, levels: most } = model.image;
  if (images.length === 0 || images.length > MOST_IMAGES)
    throw new Error(`compress: wanted 1 to ${MOST_IMAGES} images, got ${images.length}`);
  for (const [i, { height, width, levels, label }] of images.entries()) {
    const size = dimensions({ height, width, channels });
    if (levels.length !== size || !(size >= 1 && size <= MOST_SUB_PIXELS))
      throw new Error(
        `compress: wanted 1 to ${MOST_SUB_PIXELS} levels, ${height} × ${width} × ${channels}, of image ${i}, got ${levels.length}`,
      );
    checkSize(model, { height, width });
    for (let at = 0; at < size; at++)
      if (!(Number.isInteger(levels[at]) && levels[at] >= 0 && levels[at] < most))
        throw new Error(`compress: wanted levels 0 … ${most - 1}, got ${levels[at]} in image ${i}`);
    checkLabel(model, i, label);
  }
}

function checkLabel({ name, conditions: { classes } }: GenerativeModel, image: number, label?: number): void {
  if (classes !== undefined) wantLabels(`compress: image ${image}`, classes, [label as number]);
  else if (label !== undefined)
    throw new Error(`compress: wanted no classes for ${name}, got ${label} of image ${image}`);
}

/** The images of a block, one after the other. */
function joined(images: readonly LevelImage[], { image, conditions }: GenerativeModel): BlockImages {
  const size = images[0].levels.length;
  const all = new (image.levels > 256 ? Uint16Array : Uint8Array)(images.length * size);
  for (const [i, { levels }] of images.entries()) all.set(levels, i * size);
  return {
    levels: all,
    ...(conditions.classes !== undefined && { labels: Int32Array.from(images, (one) => one.label!) }),
  };
}

/** Adds up the bits of images, and of their pixels. */
function costsOf(images: readonly LevelImage[], wantsMaps: boolean) {
  const bits = new Float64Array(images.length);
  const maps = wantsMaps ? images.map(({ height, width }) => new Float32Array(height * width)) : undefined;
  const counter =
    (first: number, channels: number) =>
    (image: number, frequency: number, subPixel?: number): void => {
      const cost = Math.log2(TOTAL / frequency);
      bits[first + image] += cost;
      if (maps && subPixel !== undefined) maps[first + image][Math.floor(subPixel / channels)] += cost;
    };
  return { counter, result: { bits, maps } };
}
