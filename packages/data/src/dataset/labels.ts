import { DataError } from '../data-error.ts';
import { kindOf } from '../options.ts';

/** @throws DataError unless every label is a class, 0 … classes−1. `file` names where they are from. */
export function checkLabels(labels: Uint8Array | Uint16Array | Int32Array, classes: number, file: string): void {
  if (!(labels instanceof Uint8Array || labels instanceof Uint16Array || labels instanceof Int32Array))
    throw new DataError(`${file}: wanted labels as an array of whole numbers, got ${kindOf(labels)}`);
  const bad = labels.findIndex((label: number) => !(label >= 0 && label < classes));
  if (bad >= 0)
    throw new DataError(`${file}: wanted labels 0 to ${classes - 1}, found ${labels[bad]} at record ${bad}`);
}
