import { messageOf } from '@pixelrnn/files/message';
import { DataError } from '../../data-error.ts';
import type { Raster } from '../../images/raster.ts';
import { COLOR_TYPES, type PngChunks, readChunks } from './read-chunks.ts';
import { readSamples, type Samples } from './read-samples.ts';

const WHITE = 255;
const OPAQUE = 255;

/**
 * A PNG of any kind as grey or RGB bytes: 16 bits are cut to the upper 8, fewer are stretched to 0 … 255, what is
 * transparent lies on white. `file` names it in errors.
 *
 * @throws DataError on anything but a whole PNG.
 */
export function decodePng(bytes: Uint8Array, file: string): Raster {
  try {
    const png = readChunks(bytes);
    const samples = readSamples(png);
    return png.colorType === COLOR_TYPES.palette ? fromPalette(png, samples) : fromSamples(png, samples);
  } catch (error) {
    throw new DataError(`${file}: wanted a PNG image, found ${messageOf(error)}`, { cause: error });
  }
}

/**
 * The numbers that stand in a PNG of one channel, as they are: grey of 1 to 16 bits, or indices into a palette. Label
 * maps and codes are stored so.
 *
 * @throws DataError on anything but a whole PNG of one channel.
 */
export function decodePngLevels(bytes: Uint8Array, file: string): Raster<Uint8Array | Uint16Array> {
  try {
    const png = readChunks(bytes);
    const { channels, values } = readSamples(png);
    if (channels !== 1) throw new Error(`${channels} channels, not one`);
    return { height: png.height, width: png.width, channels, pixels: values };
  } catch (error) {
    throw new DataError(`${file}: wanted a PNG image, found ${messageOf(error)}`, { cause: error });
  }
}

function fromSamples(png: PngChunks, { channels, values }: Samples): Raster {
  const pixels = toBytes(values, png.depth);
  if (channels === 2 || channels === 4) return onWhite(png, pixels, channels === 2 ? 1 : 3);
  const raster: Raster = { height: png.height, width: png.width, channels: channels === 1 ? 1 : 3, pixels };
  if (png.transparency) clear(raster, values, transparentColor(png.transparency, channels));
  return raster;
}

/** Samples of 1 to 16 bits as bytes over the full range. */
function toBytes(values: Uint8Array | Uint16Array, depth: number): Uint8Array {
  if (values instanceof Uint8Array && depth === 8) return values;
  const bytes = new Uint8Array(values.length);
  const scale = 255 / (2 ** depth - 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = depth === 16 ? values[i] >> 8 : values[i] * scale;
  return bytes;
}

/** Two bytes for each sample of the color, whatever the depth. */
export function transparentColor(chunk: Uint8Array, channels: number): number[] {
  if (chunk.length !== 2 * channels) throw new Error(`a transparent color of ${chunk.length} bytes`);
  return Array.from({ length: channels }, (_, c) => (chunk[2 * c] << 8) | chunk[2 * c + 1]);
}

/** Makes white what is of one color. All bits count, so that the samples are compared, not the bytes. */
function clear({ pixels, channels }: Raster, values: ArrayLike<number>, color: readonly number[]): void {
  for (let i = 0; i < pixels.length; i += channels) {
    if (color.every((sample, c) => values[i + c] === sample)) pixels.fill(WHITE, i, i + channels);
  }
}

function fromPalette(
  { height, width, palette, transparency = new Uint8Array() }: PngChunks,
  { values }: Samples,
): Raster {
  if (!palette) throw new Error('no palette');
  const count = palette.length / 3;
  const colors = palette.map((value, i) => laid(value, transparency[Math.floor(i / 3)] ?? OPAQUE));
  const pixels = new Uint8Array(values.length * 3);
  for (let i = 0; i < values.length; i++) {
    const start = values[i] * 3;
    if (values[i] >= count) throw new Error(`color ${values[i]} of a palette of ${count}`);
    pixels[3 * i] = colors[start];
    pixels[3 * i + 1] = colors[start + 1];
    pixels[3 * i + 2] = colors[start + 2];
  }
  return { height, width, channels: 3, pixels };
}

/** Pixels with an alpha channel, laid on white. */
function onWhite({ height, width }: PngChunks, samples: Uint8Array, channels: 1 | 3): Raster {
  const pixels = new Uint8Array(height * width * channels);
  for (let i = 0, from = 0; i < pixels.length; from++) {
    const alpha = samples[from + channels];
    for (let c = 0; c < channels; c++) pixels[i++] = laid(samples[from++], alpha);
  }
  return { height, width, channels, pixels };
}

/** A value of some opacity on white. */
const laid = (value: number, alpha: number): number =>
  alpha === OPAQUE ? value : Math.round((alpha * value + (OPAQUE - alpha) * WHITE) / OPAQUE);
