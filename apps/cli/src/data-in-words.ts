import type { JsonObject } from '@pixelrnn/core';

/** What is longer (a mask that is written out, say) is cut. */
const LONGEST = 60;

const short = (value: string): string => (value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);

/** A data set, and how its images were made, from its config: `digits (binarize = threshold, levels = 2)`. */
export function dataInWords({ name, ...config }: JsonObject): string {
  const told = Object.entries(config).filter(([, value]) => value !== null && typeof value !== 'object');
  return `${name}${told.length > 0 ? ` (${told.map(([key, value]) => `${key} = ${short(String(value))}`).join(', ')})` : ''}`;
}
