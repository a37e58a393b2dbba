import { boundInWords } from '@pixelrnn/experiment';
import { createModel, isPreset, PRESETS } from '@pixelrnn/models';
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

/**
 * Cached and naive sampling; of cached sampling, how many likelihood passes of the same images it takes, measured in turns with it, and how many
 * times as fast as naive sampling of that batch it is, at its fastest.
 */
export function samplingTable(rows: readonly Row[]): string {
  const isNaive = ({ task }: Row) => task.startsWith('sample-naive');
  const drawn = rows.filter(({ task }) => !task.endsWith(PASS));
  const lines = drawn.map((row) => {
    const pass = rows.find((one) => one.task === `${row.task}${PASS}` && sameConditions(one, row));
    const naive = drawn.filter((one) => isNaive(one) && one.preset === row.preset && one.batch === row.batch);
    const fastest = Math.min(...naive.map(({ medianMs }) => medianMs));
    return [
      nameOf(row),
      isNaive(row) ? `naive, ${placeOf(row)}` : `cached${row.threads > 1 ? ` ×${row.threads}` : ''}`,
      digits(row.medianMs / 1000),
      digits(row.imagesPerSecond),
      orDash(pass && row.medianMs / pass.medianMs),
      orDash(isNaive(row) || naive.length === 0 ? undefined : fastest / row.medianMs),
    ];
  });
  return markdownTable(['', 'how', 's for a batch', 'images/s', 'passes', '× naive'], lines);
}

/** The end of the name of a likelihood pass beside a task of sampling. */
const PASS = '/pass';
const sameConditions = (a: Row, b: Row): boolean =>
  a.threads === b.threads && a.batch === b.batch && a.device === b.device && a.date === b.date;

/** What the nats of a preset's model are, where they are no exact likelihoods. */
const boundOf = (preset: string): string =>
  isPreset(preset) ? boundInWords(createModel(PRESETS[preset].config).bound) : '';

/** Nats after so many minutes. */
export const qualityTable = (rows: readonly Row[]): string =>
  markdownTable(
    ['', 'backend', 'minutes', 'steps', 'nats'],
    rows.map((row) => [
      row.preset,
      placeOf(row),
      digits(row.medianMs / 60_000),
      orDash(row.steps, String),
      `${orDash(row.nats)}${boundOf(row.preset)}`,
    ]),
  );
