import type { ImageSpec } from '@pixelrnn/core';
import { UsageError } from '@pixelrnn/shell';

/**
 * The number of pixels, in raster order, that `--known rows:N` leaves as they are: the N upper rows.
 *
 * @throws UsageError unless 0 ≤ N < height: with all rows known there is nothing to complete.
 */
export function knownPixels(text: string, { height, width }: ImageSpec): number {
  const rows = Number(/^rows:(\d+)$/.exec(text)?.[1] ?? Number.NaN);
  if (!(rows < height)) throw new UsageError(`--known: wanted rows:N with N from 0 to ${height - 1}, got "${text}"`);
  return rows * width;
}
