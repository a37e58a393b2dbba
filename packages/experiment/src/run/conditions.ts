import type { JsonObject } from '@pixelrnn/core';
import type { Dataset } from '@pixelrnn/data';
import { firstDifference } from './first-difference.ts';

/** What a result depends on of a data set: variant, binarization, sizes, classes. */
export const datasetConditions = ({ config, classes }: Dataset): JsonObject => ({
  ...config,
  ...(classes && { classes: [...classes] }),
});

/** `batchSize = 2, not 3`: the first difference between what is stored and what is found; undefined if there is none. */
export function differenceInWords(stored: unknown, found: unknown): string | undefined {
  const difference = firstDifference(stored, found);
  if (!difference) return undefined;
  const [there, here] = difference.values.map((value) => JSON.stringify(value) ?? 'nothing');
  return `${difference.path} = ${there}, not ${here}`;
}

/** What may be otherwise of the same data: a folder may have been moved; where images have been left out since, their number. */
const MAY_DIFFER = { always: ['folder'], fewer: ['folder', 'splits', 'leftOut'] };

const without = (conditions: JsonObject, ignored: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(conditions).filter(([key]) => !ignored.includes(key)));

/** What data must have in common to be the same. */
export const comparedConditions = (dataset: Dataset): JsonObject =>
  without(datasetConditions(dataset), MAY_DIFFER.always);

/**
 * The first difference between the data that a run was begun on and those that are here; undefined if they are the same.
 * @param fewer some of its images are left out now
 */
export function otherData(stored: JsonObject, dataset: Dataset, fewer = false): string | undefined {
  const ignored = fewer ? MAY_DIFFER.fewer : MAY_DIFFER.always;
  return differenceInWords(without(stored, ignored), without(datasetConditions(dataset), ignored));
}
