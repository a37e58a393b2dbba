import { type DecodedPng, decode } from 'fast-png';
import { DataError, messageOf } from '../data-error.ts';
import type { Raster } from '../images/raster.ts';

const WHITE = 255;

/**
 * A PNG of any kind as grey or RGB bytes: 16 bits are cut to the upper 8, fewer are stretched to 0 … 255, transparent
 * pixels lie on white. `file` names it in errors.
 *
 * @throws DataError on anything but a whole PNG.
 */
export function decodePng(bytes: Uint8Array, file: string): Raster {
  try {
    const png = decode(bytes, { checkCrc: true });
    return png.palette && png.channels === 1 ? fromPalette(png, png.palette) : fromSamples(png);
  } catch (error) {
    throw new DataError(`${file}: wanted a PNG image, found ${messageOf(error)}`, { cause: error });
  }
}

function fromSamples(png: DecodedPng): Raster {
  const samples = toBytes(png);
  const { height, width } = png;
  if (png.channels === 1 || png.channels === 3) return { height, width, channels: png.channels, pixels: samples };
  return onWhite(samples, height, width, png.channels === 2 ? 1 : 3);
}

function fromPalette(png: DecodedPng, palette: readonly number[][]): Raster {
  const colors = unpackBits(png).flatMap((index): number[] => {
    const color = palette[index];
    if (!color) throw new Error(`color ${index} of a palette of ${palette.length}`);
    return [color[0], color[1], color[2], color[3] ?? 255];
  });
  return onWhite(colors, png.height, png.width, 3);
}

/** Samples of 1, 2, 4, 8 or 16 bits as bytes over the full range. */
function toBytes(png: DecodedPng): Uint8Array {
  if (png.depth === 16) return Uint8Array.from(png.data, (sample) => sample >> 8);
  if (png.depth === 8) return Uint8Array.from(png.data);
  return Uint8Array.from(unpackBits(png), (sample) => (sample * 255) / (2 ** png.depth - 1));
}

/** Single-channel samples, of which a byte may hold several; each row begins with a new byte. */
function unpackBits({ data, depth, width, height }: DecodedPng): number[] {
  const bytesPerRow = Math.ceil((width * depth) / 8);
  return Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * bytesPerRow + (bit >> 3)];
    return (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  });
}

/** Pixels with an alpha channel, laid on white. */
function onWhite(samples: ArrayLike<number>, height: number, width: number, channels: 1 | 3): Raster {
  const pixels = new Uint8Array(height * width * channels);
  for (let i = 0; i < height * width; i++) {
    const start = i * (channels + 1);
    const alpha = samples[start + channels] / 255;
    for (let c = 0; c < channels; c++) {
      pixels[i * channels + c] = Math.round(alpha * samples[start + c] + (1 - alpha) * WHITE);
    }
  }
  return { height, width, channels, pixels };
}
