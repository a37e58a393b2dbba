import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { crc32 } from '@pixelrnn/core';
import { type ByteReader, type ByteWriter, byteReader, byteWriter } from './bytes.ts';
import { CodecError } from './codec-error.ts';
import type { Fingerprint } from './fingerprint.ts';
import { MOST_LEVELS } from './quantize.ts';

/** Images of one size that are coded side by side: several whole ones in one stream, or one image in strips, a stream for each. */
export interface Block {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** Rows of a strip, of which the last may have fewer; the height, where the images are whole. */
  readonly rows: number;
  /** CRC-32 of the images' labels and levels: those as little-endian uint16, these as bytes, or uint16 where there are more than 256. */
  readonly checksum: number;
  readonly streams: readonly Uint8Array[];
}

/** What an archive says of an image. */
export interface ArchivedImage {
  readonly height: number;
  readonly width: number;
  readonly name?: string;
}

/** An archive whose images are not read yet. */
export interface Archive {
  /** Of the model that it was written with. */
  readonly made: Fingerprint;
  readonly channels: number;
  readonly levels: number;
  readonly blocks: readonly Block[];
  readonly images: readonly ArchivedImage[];
}

const MAGIC = [0x89, 0x50, 0x58, 0x52]; // \x89PXR: what is cut down to seven bits is no archive
const VERSION = 1;
const CHECKSUM_BYTES = 4;

/** The most sub-pixels of a block: what a reader needs grows with them. Forty megapixels in colours. */
export const MOST_SUB_PIXELS = 2 ** 27;
/** The most images of an archive. */
export const MOST_IMAGES = 2 ** 20;

/**
 * An archive as bytes:
 *
 *   \x89PXR, version                      4 + 1 bytes
 *   SHA-256 of model and weights          32 + 32
 *   channels, levels, blocks              as LEB128, like all numbers that follow but checksums
 *   for each block                        images, height, width, rows of a strip, CRC-32, bytes of each stream
 *   length of the names, names            UTF-8, one a line; nothing, where no image has one
 *   streams                               one after the other
 *   CRC-32 of all that                    4
 */
export function writeArchive({ made, channels, levels, blocks, images }: Archive): Uint8Array {
  const writer = byteWriter();
  writer.bytes([...MAGIC, VERSION]);
  writer.bytes(hexToBytes(made.model));
  writer.bytes(hexToBytes(made.weights));
  for (const value of [channels, levels, blocks.length]) writer.natural(value);
  for (const block of blocks) writeBlock(writer, block);
  writeNames(writer, images);
  const streams = blocks.flatMap((block) => block.streams);
  return withChecksum(concatenated([writer.finish(), ...streams]));
}

/**
 * Reads what stands before the images, and checks it: nothing is decoded, and no memory taken for images.
 * @throws CodecError if the bytes are no archive, of another version, damaged, or cut
 */
export function readArchive(bytes: Uint8Array): Archive {
  if (MAGIC.some((byte, i) => bytes[i] !== byte))
    throw new CodecError('wanted an archive of pixelrnn, got something else');
  const version = bytes[MAGIC.length];
  if (version !== undefined && version !== VERSION)
    throw new CodecError(`wanted an archive of format ${VERSION}, got format ${version}: another version wrote it`);
  const content = bytes.subarray(0, -CHECKSUM_BYTES);
  if (byteReader(bytes.subarray(content.length)).uint32() !== crc32(content))
    throw new CodecError('the archive is damaged or cut: its checksum is not that of its bytes');
  const reader = byteReader(content.subarray(MAGIC.length + 1));
  const made = { model: bytesToHex(reader.bytes(32)), weights: bytesToHex(reader.bytes(32)) };
  const [channels, levels, count] = [reader.natural(), reader.natural(), reader.natural()];
  if (levels < 2 || levels > MOST_LEVELS)
    throw new CodecError(`the archive is damaged: wanted 2 to ${MOST_LEVELS} levels, got ${levels}`);
  const headers = readBlocks(reader, count, channels);
  const images = readNames(reader, headers);
  const blocks = headers.map(({ lengths, ...block }) => ({ ...block, streams: lengths.map((n) => reader.bytes(n)) }));
  if (reader.left() > 0) throw new CodecError(`the archive is damaged: wanted no bytes after its streams, got some`);
  return { made, channels, levels, blocks, images };
}

function writeBlock(writer: ByteWriter, { count, height, width, rows, checksum, streams }: Block): void {
  for (const value of [count, height, width, rows]) writer.natural(value);
  writer.uint32(checksum);
  for (const { length } of streams) writer.natural(length);
}

function readBlocks(reader: ByteReader, count: number, channels: number) {
  const blocks: ReturnType<typeof readBlock>[] = [];
  let images = 0;
  while (blocks.length < count) {
    const block = readBlock(reader, channels);
    blocks.push(block);
    images += block.count;
    if (images > MOST_IMAGES) throw new CodecError(`wanted an archive of at most ${MOST_IMAGES} images, got more`);
  }
  return blocks;
}

function readBlock(reader: ByteReader, channels: number) {
  const [count, height, width, rows] = [reader.natural(), reader.natural(), reader.natural(), reader.natural()];
  const size = count * height * width * channels;
  const isWhole = rows === height;
  if (!(size >= 1 && size <= MOST_SUB_PIXELS && rows >= 1 && rows <= height && (isWhole || count === 1)))
    throw new CodecError(
      `wanted blocks of at most ${MOST_SUB_PIXELS} sub-pixels, got ${count} × ${height} × ${width} × ${channels} in strips of ${rows}`,
    );
  const checksum = reader.uint32();
  const lengths = Array.from({ length: Math.ceil(height / rows) }, () => reader.natural());
  return { count, height, width, rows, checksum, lengths };
}

/** A name is a line of the names' text. */
const SEPARATOR = '\n';

function writeNames(writer: ByteWriter, images: readonly ArchivedImage[]): void {
  const hasNames = images.some(({ name }) => name !== undefined);
  const names = hasNames ? utf8ToBytes(images.map(({ name = '' }) => checkedName(name)).join(SEPARATOR)) : [];
  writer.natural(names.length);
  writer.bytes(names);
}

function readNames(reader: ByteReader, blocks: readonly Omit<Block, 'streams'>[]): ArchivedImage[] {
  const images = blocks.flatMap(({ count, height, width }) =>
    Array.from({ length: count }, (): ArchivedImage => ({ height, width })),
  );
  const length = reader.natural();
  if (length === 0) return images;
  const names = new TextDecoder().decode(reader.bytes(length)).split(SEPARATOR);
  if (names.length !== images.length)
    throw new CodecError(`the archive is damaged: wanted ${images.length} names, got ${names.length}`);
  return images.map((image, i) => ({ ...image, ...(names[i] !== '' && { name: checkedName(names[i]) }) }));
}

/** A name may become that of a file: it names none elsewhere. @throws CodecError if it might */
export function checkedName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no name may hold
  if (/[/\\\u0000-\u001f\u007f]/.test(name) || /^\.\.?$/.test(name))
    throw new CodecError(`wanted names without slashes and control characters, got ${JSON.stringify(name)}`);
  return name;
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function withChecksum(content: Uint8Array): Uint8Array {
  const writer = byteWriter();
  writer.uint32(crc32(content));
  return concatenated([content, writer.finish()]);
}
