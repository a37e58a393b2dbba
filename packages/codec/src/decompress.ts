import { progressOf } from '@pixelrnn/generate';
import { type Archive, type ArchivedImage, type Block, readArchive } from './archive.ts';
import { checkModel, checkSize, takesAnySize } from './check-model.ts';
import { type BlockImages, checksumOf, type Levels, piecesOf, pixelsOf } from './code-block.ts';
import type { Part } from './code-part.ts';
import { CodecError } from './codec-error.ts';
import { type CodingOptions, partCoder } from './coding-work.ts';
import { fingerprint, type Trained } from './fingerprint.ts';
import { planParts } from './plan-parts.ts';
import { leastBits } from './quantize.ts';
import { sideBySide } from './side-by-side.ts';

/** An image as it was compressed. */
export interface DecodedImage extends ArchivedImage {
  /** Levels [H, W, C]: bytes, or uint16 where there are more than 256. */
  readonly levels: Levels;
  /** Its class, if the model has some. */
  readonly label?: number;
}

/** Finds the model that an archive was written with. */
export type Resolve = (archive: Archive) => Trained | Promise<Trained>;

/** Which images are decoded, and who does it. */
export interface DecodingOptions extends CodingOptions {
  /** Places in the archive, from 0, of the images that are wanted; those that share a stream with one are decoded with it. Default: all. */
  readonly only?: readonly number[];
}

/**
 * Images of an archive in its order, to the bit.
 *
 * @param resolve the model and weights that it was written with; `archive.made` says which
 * @throws CodecError if the archive is damaged, cut, or of another model or version: there is no wrong image
 */
export async function decompress(
  bytes: Uint8Array,
  resolve: Resolve,
  options: DecodingOptions = {},
): Promise<DecodedImage[]> {
  const images: DecodedImage[] = [];
  for await (const image of decoded(readArchive(bytes), resolve, options)) images.push(image);
  return images;
}

/** One image of an archive; those that share its stream are decoded with it. */
export async function readImage(
  bytes: Uint8Array,
  index: number,
  resolve: Resolve,
  options: CodingOptions = {},
): Promise<DecodedImage> {
  const [image] = await decompress(bytes, resolve, { ...options, only: [index] });
  return image;
}

/**
 * The images of an archive one after the other, as soon as those that share their stream are decoded; no more are held than those, for each of the
 * workers.
 */
export async function* decoded(
  archive: Archive,
  resolve: Resolve,
  { only, ...options }: DecodingOptions = {},
): AsyncGenerator<DecodedImage> {
  const { part, isWanted } = partOf(archive, only ?? archive.images.map((_, i) => i));
  const trained = await trainedFor(archive, resolve);
  let images = 0;
  for await (const image of decodedBy(trained, part, options)) if (isWanted[images++]) yield image;
}

/** Those blocks of an archive that hold images at the places, and which of their images these are. */
function partOf(archive: Archive, places: readonly number[]): { part: Archive; isWanted: readonly boolean[] } {
  const { blocks, images } = archive;
  for (const place of places)
    if (!(Number.isInteger(place) && place >= 0 && place < images.length))
      throw new CodecError(`wanted images of 0 … ${images.length - 1}, got ${place}`);
  const wanted = new Set(places);
  let first = 0;
  const kept = blocks.flatMap((block) => {
    const own = Array.from({ length: block.count }, (_, i) => first + i);
    first += block.count;
    return own.some((place) => wanted.has(place)) ? [{ block, own }] : [];
  });
  const inKept = kept.flatMap(({ own }) => own);
  const part = { ...archive, blocks: kept.map(({ block }) => block), images: inKept.map((place) => images[place]) };
  return { part, isWanted: inKept.map((place) => wanted.has(place)) };
}

async function* decodedBy(trained: Trained, archive: Archive, options: CodingOptions): AsyncGenerator<DecodedImage> {
  const { blocks } = archive;
  const coder = partCoder(trained, options);
  const parts = planParts(trained.model, blocks, coder.lanes);
  const progress = progressOf(parts.map(pixelsOf), options.onProgress);
  const coding = sideBySide(parts, coder.lanes, options.signal, (part, { lane, index, signal }) =>
    coder.decode(lane, part, streamsOf(blocks[part.block], part), { onPixels: progress(index), signal }),
  );
  let images = 0;
  let strips: BlockImages[] = [];
  let part = 0;
  for await (const own of coding) {
    strips.push(own);
    const { block } = parts[part++];
    if (parts[part]?.block === block) continue;
    const all = joined(strips);
    strips = [];
    refuseOtherChecksum(all, blocks[block]);
    for (let i = 0; i < blocks[block].count; i++) yield imageOf(all, blocks[block], i, archive.images[images++]);
  }
}

const streamsOf = ({ streams }: Block, { above, ...part }: Part): readonly Uint8Array[] =>
  streams.length === 1 ? streams : streams.slice(above, above + piecesOf(part));

/** Strips of an image as one. */
function joined(strips: readonly BlockImages[]): BlockImages {
  if (strips.length === 1) return strips[0];
  const size = strips.reduce((sum, { levels }) => sum + levels.length, 0);
  const levels = new (strips[0].levels.constructor as Uint8ArrayConstructor | Uint16ArrayConstructor)(size);
  let at = 0;
  for (const strip of strips) {
    levels.set(strip.levels, at);
    at += strip.levels.length;
  }
  return { levels };
}

/** One of the images of a block. */
function imageOf({ levels, labels }: BlockImages, { count }: Block, index: number, image: ArchivedImage): DecodedImage {
  const size = levels.length / count;
  const own = levels.slice(index * size, (index + 1) * size);
  return { ...image, levels: own, ...(labels && { label: labels[index] }) };
}

function refuseOtherChecksum(images: BlockImages, { checksum }: Block): void {
  if (checksumOf(images) !== checksum)
    throw new CodecError(
      'wanted images of the checksum in the archive, got others: it is damaged, or this machine computes differently',
    );
}

/** @throws CodecError unless it is the model that the archive was written with */
async function trainedFor(archive: Archive, resolve: Resolve): Promise<Trained> {
  const trained = await resolve(archive);
  const { model, weights } = fingerprint(trained);
  const { made } = archive;
  if (model !== made.model)
    throw new CodecError(
      `wanted the model ${made.model.slice(0, 8)} that wrote the archive, got ${trained.model.name} ${model.slice(0, 8)}`,
    );
  if (weights !== made.weights)
    throw new CodecError(
      `wanted the weights ${made.weights.slice(0, 8)} that wrote the archive, got ${weights.slice(0, 8)}`,
    );
  const { channels, levels } = trained.model.image;
  if (channels !== archive.channels || levels !== archive.levels)
    throw new CodecError(
      `the archive is damaged: wanted ${channels} channels of ${levels} levels, got ${archive.channels} of ${archive.levels}`,
    );
  checkModel(trained.model);
  for (const image of archive.images) checkSize(trained.model, image);
  if (takesAnySize(trained.model)) for (const block of archive.blocks) checkStreams(block, archive);
  return trained;
}

/**
 * Refuses streams that are too short for what they are said to hold, before it is asked for: every sub-pixel takes a little of the range coder's
 * interval, 22 millionths of a bit of 256 levels, and the decoder reads no further than the end.
 */
function checkStreams({ count, height, width, rows, streams }: Block, { channels, levels }: Archive): void {
  for (const [i, { length }] of streams.entries()) {
    const ofStream = Math.min(rows, height - i * rows);
    const least = Math.floor((count * ofStream * width * channels * leastBits(levels)) / 8) - 1;
    if (length < least)
      throw new CodecError(
        `the archive is damaged: wanted ${least} bytes or more for ${count} × ${ofStream} × ${width} × ${channels} sub-pixels, got ${length}`,
      );
  }
}
