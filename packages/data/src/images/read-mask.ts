import { readFile } from 'node:fs/promises';
import { DataError } from '../data-error.ts';
import { fileError } from '../files/file-error.ts';
import { decodeImage } from '../formats/decode-image.ts';
import { withChannels } from './raster.ts';

/** Pixels of a black and white image: 1 where it is white, [H·W]. */
export interface Mask {
  readonly height: number;
  readonly width: number;
  readonly white: Uint8Array;
}

/** Reads a mask, such as one draws over an image. @throws DataError unless it is an image in black and white */
export async function readMask(file: string): Promise<Mask> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw fileError('read', file, error);
  });
  const { height, width, pixels: greys } = withChannels(await decodeImage(bytes, file), 1);
  const other = greys.findIndex((grey) => grey !== 0 && grey !== 255);
  if (other >= 0)
    throw new DataError(
      `${file}: wanted a mask in black and white, found grey ${greys[other]} in row ${Math.floor(other / width)}, column ${other % width}`,
    );
  return { height, width, white: Uint8Array.from(greys, (grey) => Number(grey === 255)) };
}
