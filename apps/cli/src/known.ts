import type { ImageSpec } from '@pixelrnn/core';
import { UsageError } from '@pixelrnn/shell';

/** What `--known` may be, in words. */
export const KNOWN_FORMS = 'rows:N, the N upper rows; bottom:N, left:N or right:N, those of another side';

/**
 * The pixels that `--known` leaves as they are: 1 for them, 0 for the others, [H·W].
 *
 * @throws UsageError unless 0 ≤ N < the rows or columns that there are: with all known there is nothing to complete.
 */
export function knownMask(text: string, { height, width }: ImageSpec): Uint8Array {
  const [, side, digits] = /^(rows|bottom|left|right):(\d+)$/.exec(text) ?? [];
  const lines = side === 'left' || side === 'right' ? width : height;
  const count = Number(digits ?? Number.NaN);
  if (!(count < lines))
    throw new UsageError(
      `--known: wanted rows:N or bottom:N with N from 0 to ${height - 1}, or left:N or right:N with N from 0 to ${width - 1}, got "${text}"`,
    );
  const isKnown = {
    rows: (row: number, _: number) => row < count,
    bottom: (row: number, _: number) => row >= height - count,
    left: (_: number, column: number) => column < count,
    right: (_: number, column: number) => column >= width - count,
  }[side as 'rows' | 'bottom' | 'left' | 'right'];
  return Uint8Array.from({ length: height * width }, (_, i) => Number(isKnown(Math.floor(i / width), i % width)));
}
