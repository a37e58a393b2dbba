import { canonicalJson } from '@pixelrnn/core';

/** The path of the first difference and both values; undefined if there is none. */
export function firstDifference(
  a: unknown,
  b: unknown,
  path: readonly string[] = [],
): { path: string; values: [unknown, unknown] } | undefined {
  if (canonicalJson(a) === canonicalJson(b)) return undefined;
  if (!isNode(a) || !isNode(b)) return { path: path.join('.'), values: [a, b] };
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  for (const key of keys) {
    const found = firstDifference(a[key], b[key], [...path, key]);
    if (found) return found;
  }
  return undefined;
}

const isNode = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
