import type { Row } from './row.ts';

/** A row with some values changed. */
export const exampleRow = (changes: Partial<Row> = {}): Row => ({
  date: '2026-01-02T03:04:05.000Z',
  task: 'train/mnist-row-lstm',
  preset: 'mnist-row-lstm',
  backend: 'tensorflow',
  threads: 1,
  batch: 16,
  medianMs: 60,
  minMs: 58,
  q1Ms: 59,
  q3Ms: 62,
  runs: 35,
  imagesPerSecond: 266.7,
  peakBytes: 3e8,
  device: 'AMD EPYC, 2 cores',
  load: 0.1,
  versions: 'tfjs 4.22.0',
  commit: 'abc',
  ...changes,
});
