import { UsageError } from '@pixelrnn/shell';

/** First and last of neighbors. */
export type Range = readonly [first: number, last: number];

/**
 * Ranges of places as in `7`, `0-7` or `3,5,8-9`; undefined for what is not of this form.
 *
 * @throws UsageError if a range ends before it begins
 */
export function parseRanges(flag: string, text: string): readonly Range[] | undefined {
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) return undefined;
  return text.split(',').map((part) => {
    const [first, last = first] = part.split('-').map(Number);
    if (last < first) throw new UsageError(`${flag}: wanted a range that begins with its smaller index, got "${part}"`);
    return [first, last];
  });
}

/** @throws UsageError if there are not so many images; before the ranges are written out, since one may be as long as one likes */
export function placesOf(flag: string, ranges: readonly Range[], size: number, whose: string): number[] {
  const missing = ranges.find(([, last]) => last >= size);
  if (missing) throw new UsageError(`${flag}: ${whose} has images 0 to ${size - 1}, got ${missing[1]}`);
  return ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
}
