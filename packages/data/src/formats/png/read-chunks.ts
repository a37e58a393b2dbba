import { crc32 } from 'node:zlib';

/** What a PNG file says of its image at its beginning. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth: 1 | 2 | 4 | 8 | 16;
  readonly colorType: ColorType;
  /** Samples of a pixel: an index into a palette is one. */
  readonly channels: number;
  readonly interlaced: boolean;
}

/** What a PNG file says of its image, and the data, compressed. */
export interface PngChunks extends PngHeader {
  /** R, G, B of each color. */
  readonly palette?: Uint8Array;
  /** The sample or samples that are transparent, or the alphas of the first colors of the palette. */
  readonly transparency?: Uint8Array;
  readonly data: readonly Uint8Array[];
}

/** Of section 11.2.1 of the specification. */
export const COLOR_TYPES = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;
type ColorType = (typeof COLOR_TYPES)[keyof typeof COLOR_TYPES];

const CHANNELS: Readonly<Record<ColorType, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Depths that a color type can have. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Chunks that may be passed over have a small first letter. */
const isCritical = (type: string): boolean => type[0] === type[0].toUpperCase();

/**
 * Reads the chunks of a PNG file (W3C, Portable Network Graphics, third edition, sections 5 and 11): those that an image
 * needs, each with its checksum. What only describes it (profiles, times, text) is passed over, sound or not.
 *
 * @throws Error in a few words on what is no whole PNG file
 */
export function readChunks(bytes: Uint8Array): PngChunks {
  let header: PngHeader | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  const data: Uint8Array[] = [];
  for (const { type, body } of chunksOf(bytes)) {
    if (type === 'IHDR') header = readHeader(body);
    else if (type === 'PLTE') palette = checkPalette(body);
    else if (type === 'tRNS') transparency = body;
    else if (type === 'IDAT') data.push(body);
    else if (type === 'IEND') break;
    else throw new Error(`${chunk(type)}, which no reader knows`);
  }
  return { ...header!, palette, transparency, data };
}

/**
 * What a PNG file says of its image, of which the first bytes are enough.
 *
 * @throws Error in a few words if they are none, or damaged
 */
export const readPngHeader = (bytes: Uint8Array): PngHeader => readHeader(chunksOf(bytes).next().value!.body);

/** The chunks that an image needs, of which the first is its header. */
function* chunksOf(bytes: Uint8Array): Generator<{ type: string; body: Uint8Array }, undefined> {
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) throw new Error('other bytes than those it begins with');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let first = true;
  for (let at = SIGNATURE.length; ; ) {
    if (at + 12 > bytes.length) throw new Error('its end too early');
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) throw new Error(`its end within ${chunk(type)}`);
    if (isCritical(type) || type === 'tRNS') {
      if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length))
        throw new Error(`a wrong checksum of ${chunk(type)}`);
      if (first && type !== 'IHDR') throw new Error(`${chunk(type)} before the header`);
      first = false;
      yield { type, body: bytes.subarray(at + 8, at + 8 + length) };
    }
    at += 12 + length;
  }
}

function readHeader(body: Uint8Array): PngHeader {
  if (body.length !== 13) throw new Error(`a header of ${body.length} bytes`);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colorType, compression, filter, interlace] = body.subarray(8);
  if (width === 0 || height === 0) throw new Error(`an image of ${height}×${width} pixels`);
  if (!DEPTHS[colorType]?.includes(depth)) throw new Error(`color type ${colorType} with ${depth} bits`);
  if (compression !== 0 || filter !== 0 || interlace > 1)
    throw new Error(`compression ${compression}, filter ${filter}, interlacing ${interlace}`);
  return {
    width,
    height,
    depth: depth as PngChunks['depth'],
    colorType: colorType as ColorType,
    channels: CHANNELS[colorType as ColorType],
    interlaced: interlace === 1,
  };
}

function checkPalette(body: Uint8Array): Uint8Array {
  if (body.length > 0 && body.length % 3 === 0 && body.length <= 768) return body;
  throw new Error(`a palette of ${body.length} bytes`);
}

const chunk = (type: string): string => (/^[A-Za-z]{4}$/.test(type) ? `the chunk ${type}` : 'a chunk that is none');
