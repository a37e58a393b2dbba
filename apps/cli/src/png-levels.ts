import { readFile } from 'node:fs/promises';
import type { ImageSpec } from '@pixelrnn/core';
import { DataError } from '@pixelrnn/data';
import { decodePng, pngLosses, type Raster, withChannels } from '@pixelrnn/data/node';
import { sheet } from '@pixelrnn/experiment';
import { fileError } from '@pixelrnn/files';

/** An image of a file, and how large that is. */
export interface PngLevels {
  readonly height: number;
  readonly width: number;
  /** [H, W, C], of the model's. */
  readonly levels: Uint8Array;
  /** Whether the model has colors and the file has not: what is read again is of three equal ones. */
  readonly becomesRgb: boolean;
  readonly fileBytes: number;
}

/** What of an image matters to its levels. */
type Depth = Pick<ImageSpec, 'channels' | 'levels'>;

/**
 * Reads a PNG of any size as levels of a model from which the same pixels can be made again: its grey values on the model's levels, grey as three
 * equal colours where the model has three.
 *
 * @throws DataError if there is no way back: transparency, 16 bits, colours for a grey model, values between its levels
 */
export async function readPngLevels(path: string, { channels, levels }: Depth): Promise<PngLevels> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read', path, error);
  });
  const raster = decodePng(bytes, path);
  const losses = pngLosses(bytes);
  if (losses) throw new DataError(`${path}: wanted an image of 8 bits that hides nothing, found ${losses}`);
  const { height, width, pixels } = inChannels(path, raster, channels === 1 ? 1 : 3);
  const step = 255 / (levels - 1);
  const level = (value: number) => {
    const nearest = Math.round(value / step);
    if (Math.round(nearest * step) !== value)
      throw new DataError(`${path}: wanted the ${levels} levels of the model, found ${value} between them`);
    return nearest;
  };
  const becomesRgb = channels > raster.channels;
  return { height, width, levels: pixels.map(level), becomesRgb, fileBytes: bytes.length };
}

function inChannels(path: string, raster: Raster, channels: 1 | 3): Raster {
  const converted = withChannels(raster, channels);
  const back = withChannels(converted, raster.channels);
  if (raster.channels > channels && !back.pixels.every((value, i) => value === raster.pixels[i]))
    throw new DataError(`${path}: wanted a grey image, as those of the model are, found colours`);
  return converted;
}

/** Levels [H, W, C] as a PNG, a pixel for a pixel. */
export const pngOf = (levels: ArrayLike<number>, image: ImageSpec): Uint8Array =>
  sheet(Float32Array.from(levels), image, { columns: 1, scale: 1, gap: 0 });
