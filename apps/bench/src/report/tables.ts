import type { Row } from '../results/row.ts';
import { digits, markdownTable, orDash } from './markdown.ts';
import { nameOf, placeOf } from './pivot.ts';

/** Time and arithmetic of kernels, and their share of the peak. */
export function kernelTable(rows: readonly Row[]): string {
  return markdownTable(
    ['kernel', 'backend', 'ms', 'GFLOP/s', 'peak', 'share'],
    rows.map((row) => [
      row.preset,
      placeOf(row),
      digits(row.medianMs),
      orDash(row.gflops),
      orDash(row.peakGflops),
      orDash(row.gflops && row.gflops / row.peakGflops!, (share) => `${Math.round(100 * share)} %`),
    ]),
  );
}

/** Cached and naive sampling. */
export const samplingTable = (rows: readonly Row[]): string =>
  markdownTable(
    ['', 'how', 's for a batch', 'images/s'],
    rows.map((row) => [
      nameOf(row),
      row.task.startsWith('sample-naive') ? `naive, ${placeOf(row)}` : 'cached',
      digits(row.medianMs / 1000),
      digits(row.imagesPerSecond),
    ]),
  );

/** Nats after so many minutes. */
export const qualityTable = (rows: readonly Row[]): string =>
  markdownTable(
    ['', 'backend', 'minutes', 'steps', 'nats'],
    rows.map((row) => [
      row.preset,
      placeOf(row),
      digits(row.medianMs / 60_000),
      orDash(row.steps, String),
      orDash(row.nats),
    ]),
  );
