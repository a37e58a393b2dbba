import type { ImageHeader } from './image-header.ts';
import { isJpeg, readJpegHeader } from './jpeg-header.ts';
import { readChunks, readPngHeader } from './png/read-chunks.ts';

/** The first and the last bytes of a file. */
export interface FileEnds {
  readonly first: Uint8Array;
  readonly last: Uint8Array;
  /** `first` is all of it. */
  readonly isAll: boolean;
}

/** How many of the first bytes are looked at: all of a small image. The frame of a JPEG may stand behind a preview of itself. */
export const FIRST_BYTES = 2 ** 16;
/** The last chunk of a PNG; a JPEG ends with two bytes. */
export const LAST_BYTES = 12;

const PNG_END = Buffer.from([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
const JPEG_END = Buffer.from([0xff, 0xd9]);

/**
 * The header of an image file that begins and ends as a whole one, of a small PNG with the checksums of all that is between.
 *
 * @returns undefined where that cannot be said: whoever wants to know has to decode it
 */
export function glance({ first, last, isAll }: FileEnds): ImageHeader | undefined {
  if (isJpeg(first)) return JPEG_END.equals(last.subarray(-JPEG_END.length)) ? readJpegHeader(first) : undefined;
  try {
    if (!isAll && !PNG_END.equals(last)) return undefined;
    const { height, width, channels } = isAll ? readChunks(first) : readPngHeader(first);
    return { format: 'png', height, width, channels };
  } catch {
    return undefined;
  }
}
