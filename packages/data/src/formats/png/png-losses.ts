import { COLOR_TYPES, type PngChunks, readChunks } from './read-chunks.ts';

/**
 * What of a PNG is lost where it is read as grey or RGB bytes (`decodePng`), in words; undefined, where these are all of its pixels.
 *
 * @throws Error in a few words on what is no whole PNG file
 */
export const pngLosses = (bytes: Uint8Array): string | undefined => lossesOf(readChunks(bytes));

function lossesOf({ depth, colorType, transparency }: PngChunks): string | undefined {
  if (depth === 16) return 'samples of 16 bits';
  const hasAlpha = colorType === COLOR_TYPES.greyAlpha || colorType === COLOR_TYPES.rgba;
  return hasAlpha || transparency ? 'transparency' : undefined;
}
