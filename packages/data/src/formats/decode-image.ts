import type { Raster } from '../images/raster.ts';
import { decodeJpeg } from './jpeg.ts';
import { isJpeg } from './jpeg-header.ts';
import { decodePng } from './png/decode-png.ts';

/**
 * A PNG or JPEG as grey or RGB bytes, whichever it is by its first bytes: names are not always right. `file` names it in
 * errors.
 *
 * @throws DataError on anything but a whole image
 */
export const decodeImage = async (bytes: Uint8Array, file: string): Promise<Raster> =>
  isJpeg(bytes) ? decodeJpeg(bytes, file) : decodePng(bytes, file);
