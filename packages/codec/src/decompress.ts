import { afterRow } from './after-row.ts';
import { type Archive, type ArchivedImage, type Block, readArchive } from './archive.ts';
import { checkModel, checkSize } from './check-model.ts';
import { type BlockImages, checksumOf, codeBlock, type Levels } from './code-block.ts';
import { CodecError } from './codec-error.ts';
import { fingerprint, type Trained } from './fingerprint.ts';
import { rangeDecoder } from './range-coder.ts';

/** An image as it was compressed. */
export interface DecodedImage extends ArchivedImage {
  /** Levels [H, W, C]: bytes, or uint16 where there are more than 256. */
  readonly levels: Levels;
  /** Its class, if the model has some. */
  readonly label?: number;
}

export interface DecompressOptions {
  /** Told of pixels done out of all that are decoded. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Finds the model that an archive was written with. */
export type Resolve = (archive: Archive) => Trained | Promise<Trained>;

/**
 * All images of an archive, to the bit.
 *
 * @param resolve the model and weights that it was written with; `archive.made` says which
 * @throws CodecError if the archive is damaged, cut, or of another model or version: there is no wrong image
 */
export async function decompress(
  bytes: Uint8Array,
  resolve: Resolve,
  options: DecompressOptions = {},
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
  { onProgress, signal }: DecompressOptions = {},
): Promise<DecodedImage> {
  const archive = readArchive(bytes);
  if (!(Number.isInteger(index) && index >= 0 && index < archive.images.length))
    throw new CodecError(`readImage: wanted an image of 0 … ${archive.images.length - 1}, got ${index}`);
  const trained = await trainedFor(archive, resolve);
  let at = 0;
  let first = 0;
  while (first + archive.blocks[at].count <= index) first += archive.blocks[at++].count;
  const block = archive.blocks[at];
  const total = block.count * block.height * block.width;
  const images = await decodeBlock(trained, block, (done) => afterRow(() => onProgress?.(done, total), signal));
  return imageOf(images, block, index - first, archive.images[index]);
}

/** The images of an archive one after the other, as soon as those that share their stream are decoded; no more are held. */
export async function* decoded(
  archive: Archive,
  resolve: Resolve,
  { onProgress, signal }: DecompressOptions = {},
): AsyncGenerator<DecodedImage> {
  const trained = await trainedFor(archive, resolve);
  const total = archive.images.reduce((sum, { height, width }) => sum + height * width, 0);
  let done = 0;
  let first = 0;
  for (const block of archive.blocks) {
    const onPixels = (pixels: number) => afterRow(() => onProgress?.(done + pixels, total), signal);
    const images = await decodeBlock(trained, block, onPixels);
    for (let i = 0; i < block.count; i++) yield imageOf(images, block, i, archive.images[first + i]);
    first += block.count;
    done += block.count * block.height * block.width;
  }
}

/** One of the images of a block. */
function imageOf({ levels, labels }: BlockImages, { count }: Block, index: number, image: ArchivedImage): DecodedImage {
  const size = levels.length / count;
  const own = levels.slice(index * size, (index + 1) * size);
  return { ...image, levels: own, ...(labels && { label: labels[index] }) };
}

async function decodeBlock(trained: Trained, block: Block, onPixels: (pixels: number) => Promise<void>) {
  const images = await codeBlock(trained, block, block.streams.map(rangeDecoder), undefined, { onPixels });
  if (checksumOf(images) !== block.checksum)
    throw new CodecError(
      'wanted images of the checksum in the archive, got others: it is damaged, or this machine computes differently',
    );
  return images;
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
  return trained;
}
