import type { JsonObject } from '@pixelrnn/core';
import type { Dataset } from '@pixelrnn/data';
import { firstDifference } from './canonical-json.ts';

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
