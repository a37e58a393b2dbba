import { transparentColor } from './decode-png.ts';
import { COLOR_TYPES, type PngChunks, readChunks } from './read-chunks.ts';
import { readSamples, type Samples } from './read-samples.ts';

/**
 * What of a PNG is lost where it is read as grey or RGB bytes (`decodePng`), in words; undefined, where these are all of its pixels: it may have an
 * alpha channel that is opaque everywhere, a transparent color of no pixel, or 16 bits that 8 say as well (257 · v).
 *
 * @throws Error in a few words on what is no whole PNG file
 */
export function pngLosses(bytes: Uint8Array): string | undefined {
  const png = readChunks(bytes);
  const mayBeClear = png.transparency !== undefined || hasAlpha(png);
  if (png.depth < 16 && !mayBeClear) return undefined;
  const samples = readSamples(png);
  if (png.depth === 16 && !are(samples, (value) => value % 257 === 0)) return 'samples of 16 bits';
  return mayBeClear && !isOpaque(png, samples) ? 'transparency' : undefined;
}

const hasAlpha = ({ colorType }: PngChunks): boolean =>
  colorType === COLOR_TYPES.greyAlpha || colorType === COLOR_TYPES.rgba;

/** Whether nothing of an image lets through what lies behind it. */
function isOpaque(png: PngChunks, samples: Samples): boolean {
  const { depth, colorType, transparency = new Uint8Array() } = png;
  const { channels, values } = samples;
  if (hasAlpha(png)) return are(samples, (value, i) => i % channels < channels - 1 || value === 2 ** depth - 1);
  if (colorType === COLOR_TYPES.palette) return are(samples, (color) => (transparency[color] ?? 255) === 255);
  const clear = transparentColor(transparency, channels);
  return are(samples, (_, i) => i % channels > 0 || clear.some((sample, c) => values[i + c] !== sample));
}

const are = ({ values }: Samples, holds: (value: number, i: number) => boolean): boolean =>
  (values as Uint8Array).every(holds);
