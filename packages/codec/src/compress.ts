import { dimensions, type GenerativeModel, type Host, type Params, wantLabels } from '@pixelrnn/core';
import { progressOf, slicesOf } from '@pixelrnn/generate';
import { type Archive, type Block, checkedName, MOST_IMAGES, MOST_SUB_PIXELS, writeArchive } from './archive.ts';
import { checkModel, checkSize } from './check-model.ts';
import { type BlockImages, checksumOf, pixelsOf } from './code-block.ts';
import type { EncodedPart, Part } from './code-part.ts';
import { type CodingOptions, partCoder } from './coding-work.ts';
import { fingerprint } from './fingerprint.ts';
import { planBlocks } from './plan-blocks.ts';
import { planParts } from './plan-parts.ts';
import { sideBySide } from './side-by-side.ts';

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

export interface CompressOptions extends CodingOptions {
  /**
   * Images of one size that share a stream: the more of them, the fewer bytes go to streams and checksums (12 a block), and the more images must be
   * decoded to read one. Default: as many as have 2¹⁸ sub-pixels together.
   */
  readonly block?: number;
  /**
   * Rows of the strips that an image is cut into, each with a stream of its own; an image that has no more is whole. Strips are coded side by side,
   * which is a little faster and what several threads can share, and know nothing of each other, which costs bits. Default: 8 strips of an image of
   * more than 2¹⁶ pixels, of 128 rows at least.
   */
  readonly rows?: number;
  /** Whether the bits of every pixel are wanted, too. */
  readonly maps?: boolean;
  /** Other processes that code a share of the same images. Default: none. */
  readonly share?: Share;
}

/**
 * One of several processes that compress the same images with the same model, weights, options and number of workers: each codes a share of their parts, and
 * all get the archive. Whether they are the same is for the caller to see to.
 */
export interface Share {
  /** Which of them this is, from 0. */
  readonly rank: number;
  readonly size: number;
  /** Codes the own parts, and gathers those of all processes, in the order of their ranks. */
  gather(codeOwn: () => Promise<readonly EncodedPart[]>): Promise<readonly EncodedPart[]>;
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
  { block, rows, maps = false, share = ALONE, ...options }: CompressOptions = {},
): Promise<Compressed> {
  checkModel(model);
  checkImages(model, images);
  const trained = { model, weights };
  const coder = partCoder(trained, options);
  const shapes = planBlocks(model, images, { block, rows });
  const firsts = firstImages(shapes);
  const imagesOf = (block: number) => images.slice(firsts[block], firsts[block] + shapes[block].count);
  const parts = planParts(model, shapes, share.size * coder.lanes);
  const encoded = await share.gather(async () => {
    const own = sliceOf(parts, share);
    const progress = progressOf(own.map(pixelsOf), options.onProgress);
    const coding = sideBySide(own, coder.lanes, options.signal, (part, { lane, index, signal }) =>
      coder.encode(lane, part, givenOf(model, imagesOf(part.block), part), maps, {
        onPixels: progress(index),
        signal,
      }),
    );
    const all: EncodedPart[] = [];
    for await (const one of coding) all.push(one);
    return all;
  });
  const streams = shapes.map((): Uint8Array[] => []);
  for (const [i, { block }] of parts.entries()) streams[block].push(...encoded[i].streams);
  const blocks = shapes.map((shape, block): Block => {
    return { ...shape, streams: streams[block], checksum: checksumOf(givenOf(model, imagesOf(block))) };
  });
  const archive: Archive = {
    made: fingerprint(trained),
    channels: model.image.channels,
    levels: model.image.levels,
    blocks,
    images,
  };
  return { bytes: writeArchive(archive), ...costsOf(images, firsts, parts, encoded, maps) };
}

const ALONE: Share = { rank: 0, size: 1, gather: (codeOwn) => codeOwn() };

/** The parts of one of several processes; none, where there are more of these. */
function sliceOf(parts: readonly Part[], { rank, size }: Share): readonly Part[] {
  const { first, count } = slicesOf(parts.length, size)[rank] ?? { first: 0, count: 0 };
  return parts.slice(first, first + count);
}

/** The number of each block's first image. */
function firstImages(shapes: readonly { readonly count: number }[]): number[] {
  let next = 0;
  return shapes.map(({ count }) => {
    next += count;
    return next - count;
  });
}

function checkImages(model: GenerativeModel, images: readonly LevelImage[]): void {
  const { channels, levels: most } = model.image;
  if (images.length === 0 || images.length > MOST_IMAGES)
    throw new Error(`compress: wanted 1 to ${MOST_IMAGES} images, got ${images.length}`);
  for (const [i, { height, width, levels, label, name }] of images.entries()) {
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
    if (name !== undefined) checkedName(name);
  }
}

function checkLabel({ name, conditions: { classes } }: GenerativeModel, image: number, label?: number): void {
  if (classes !== undefined) wantLabels(`compress: image ${image}`, classes, [label as number]);
  else if (label !== undefined)
    throw new Error(`compress: wanted no classes for ${name}, got ${label} of image ${image}`);
}

/** The images of a block, one after the other; of strips of the only one its rows. */
function givenOf({ image, conditions }: GenerativeModel, images: readonly LevelImage[], part?: Part): BlockImages {
  const from = part ? part.above * part.rows * part.width * image.channels : 0;
  const size = part ? part.height * part.width * image.channels : images[0].levels.length;
  const all = new (image.levels > 256 ? Uint16Array : Uint8Array)(images.length * size);
  for (const [i, { levels }] of images.entries())
    for (let at = 0; at < size; at++) all[i * size + at] = levels[from + at];
  return {
    levels: all,
    ...(conditions.classes !== undefined && { labels: Int32Array.from(images, (one) => one.label!) }),
  };
}

/** Adds up the bits of images, and puts the maps of their parts together. */
function costsOf(
  images: readonly LevelImage[],
  firsts: readonly number[],
  parts: readonly Part[],
  encoded: readonly EncodedPart[],
  wantsMaps: boolean,
): Pick<Compressed, 'bits' | 'maps'> {
  const bits = new Float64Array(images.length);
  const maps = wantsMaps ? images.map(({ height, width }) => new Float32Array(height * width)) : undefined;
  for (const [i, { block, count, height, width, rows, above }] of parts.entries()) {
    const first = firsts[block];
    const { bits: ofPieces, map } = encoded[i];
    ofPieces.forEach((cost, piece) => {
      bits[first + (count > 1 ? piece : 0)] += cost;
    });
    for (let image = 0; maps && image < count; image++)
      maps[first + image].set(
        map!.subarray(image * height * width, (image + 1) * height * width),
        above * rows * width,
      );
  }
  return { bits, maps };
}
