import { DataError } from '../data-error.ts';

/** @throws DataError unless every label is a class, 0 … classes−1. */
export function checkLabels(labels: Uint8Array, classes: number, file: string): void {
  const bad = labels.findIndex((label) => label >= classes);
  if (bad >= 0)
    throw new DataError(`${file}: wanted labels 0 to ${classes - 1}, found ${labels[bad]} at record ${bad}`);
}
