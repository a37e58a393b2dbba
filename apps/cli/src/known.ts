import type { ImageSpec } from '@pixelrnn/core';
import { DataError, isRegion, REGION_FORMS, regionMask } from '@pixelrnn/data';
import { readMask } from '@pixelrnn/data/node';
import { messageOf } from '@pixelrnn/files';
import { UsageError } from '@pixelrnn/shell';

/** What `--known` may be, in words. */
export const KNOWN_FORMS = `${REGION_FORMS}; or mask:file.png (white is known, black is not)`;

/** The image that `--known` names, if it names one. */
export const maskFile = (text: string): string | undefined => /^mask:(.+)$/.exec(text)?.[1];

/**
 * The pixels that `--known` leaves as they are: 1 for them, 0 for the others, [H·W].
 *
 * @throws UsageError if it is no part of the image, or all of it: with all known there is nothing to complete, with nothing known there is `sample`
 * @throws DataError unless a mask is an image of the model's size in black and white
 */
export async function knownMask(text: string, image: ImageSpec): Promise<Uint8Array> {
  const file = maskFile(text);
  if (file !== undefined) return fileMask(file, image);
  if (!isRegion(text)) throw new UsageError(`--known: wanted ${KNOWN_FORMS}, got "${text}"`);
  try {
    return regionMask(text, image);
  } catch (error) {
    throw new UsageError(`--known: ${messageOf(error)}`, { cause: error });
  }
}

async function fileMask(file: string, image: ImageSpec): Promise<Uint8Array> {
  const { height, width, white } = await readMask(file);
  if (height !== image.height || width !== image.width)
    throw new DataError(`${file}: wanted an image of ${image.height}×${image.width} pixels, found ${height}×${width}`);
  if (!white.includes(0)) throw new DataError(`${file}: wanted a mask with black pixels, to complete, found none`);
  if (!white.includes(1)) throw new DataError(`${file}: wanted a mask with white pixels, which are known, found none`);
  return white;
}
