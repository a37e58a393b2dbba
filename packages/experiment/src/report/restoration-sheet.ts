import { dimensions, type ImageSpec } from '@pixelrnn/core';
import { valuesOf } from '@pixelrnn/data';
import type { Restorations } from '../run/restore-images.ts';
import { sheet } from './sheet.ts';

/**
 * A sheet of restorations, one line for each image: the original (where it is known), what is seen of it, then its draws.
 * @param originals levels [n, H, W, C]
 */
export function restorationSheet(
  { degraded, drawn }: Pick<Restorations, 'degraded' | 'drawn'>,
  image: ImageSpec,
  originals?: Float32Array,
): Uint8Array {
  const size = dimensions(image);
  const count = drawn.length / degraded.length;
  const columns = [...(originals ? [valuesOf(originals, image)] : []), degraded];
  const lines = Array.from({ length: degraded.length / size }, (_, n) => [
    ...columns.map((values) => values.subarray(n * size, (n + 1) * size)),
    drawn.subarray(n * count * size, (n + 1) * count * size),
  ]).flat();
  const bytes = Float32Array.from(lines.flatMap((values) => Array.from(values, (value) => Math.round(255 * value))));
  return sheet(bytes, { ...image, levels: 256 }, { columns: columns.length + count });
}
