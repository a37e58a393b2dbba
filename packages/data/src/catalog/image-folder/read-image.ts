import { readFile } from 'node:fs/promises';
import { DataError } from '../../data-error.ts';
import { fileError } from '../../files/file-error.ts';
import { decodeImage } from '../../formats/decode-image.ts';
import type { ImageHeader } from '../../formats/image-header.ts';
import { decodePngLevels } from '../../formats/png/decode-png.ts';
import { cropRaster, fitRaster, withChannels } from '../../images/raster.ts';
import type { ImageFolderOptions } from './image-folder-options.ts';

/** What images are made into: a plain object, which can be sent to a thread. */
export type Look = Pick<ImageFolderOptions, 'height' | 'width' | 'channels' | 'fit' | 'values' | 'levels'>;

/** Source values of one image, [height, width, channels]. */
export type Pixels = Uint8Array | Uint16Array;

/** Reads image files, or the first of them that cannot be used says why. */
export type ImageReader = (paths: readonly string[], look: Look) => Promise<readonly Pixels[]>;

/** One after the other, in the thread of the caller. */
export const readImages: ImageReader = async (paths, look) => {
  const images: Pixels[] = [];
  for (const path of paths) images.push(await readPixels(path, look));
  return images;
};

/** @throws DataError if it cannot be used */
export async function readPixels(path: string, look: Look): Promise<Pixels> {
  const { height, width, channels, fit } = look;
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read', path, error);
  });
  if (look.values === 'levels') return readLevels(bytes, path, look);
  return fitRaster(withChannels(await decodeImage(bytes, path), channels), height, width, fit, path).pixels;
}

function readLevels(bytes: Uint8Array, path: string, look: Look): Pixels {
  const { height, width, fit, levels } = look;
  const raster = decodePngLevels(bytes, path);
  if (fit === 'box' && (raster.height !== height || raster.width !== width)) {
    const found = `found ${raster.height}×${raster.width}`;
    throw new DataError(
      `${path}: wanted ${height}×${width} pixels, ${found}: levels have no mean, so that only crop fits`,
    );
  }
  const { pixels } = cropRaster(raster, height, width, path);
  const bad = pixels.findIndex((level: number) => level >= levels!);
  if (bad >= 0) throw new DataError(`${path}: wanted levels 0 to ${levels! - 1}, found ${pixels[bad]}`);
  return pixels;
}

/** Whether {@link readPixels} can use an image that says this of itself; false where it has to be decoded to know. */
export function fitsLook({ format, height, width, channels }: ImageHeader, look: Look): boolean {
  const isSize = height === look.height && width === look.width;
  // A JPEG may be shown turned by a quarter.
  const [rows, columns] = format === 'jpeg' ? [Math.min(height, width), Math.min(height, width)] : [height, width];
  const isLarge = isSize || (rows >= look.height && columns >= look.width);
  if (look.values === 'levels') return format === 'png' && channels === 1 && (look.fit === 'crop' ? isLarge : isSize);
  return (format === 'png' || channels === 1 || channels === 3) && (look.fit === 'box' || isLarge);
}
