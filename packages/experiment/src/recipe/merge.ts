type Dictionary = { [key: string]: unknown };

const isDictionary = (value: unknown): value is Dictionary =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * `over` laid over `base`, object by object; anything else, lists included, replaces. An object that gives another `name` than the
 * one below (another optimizer, another data set) replaces it too, since the options are another's.
 */
export function merge(base: unknown, over: unknown): unknown {
  if (!isDictionary(base) || !isDictionary(over)) return over;
  if (over.name !== undefined && over.name !== base.name) return over;
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = key in base ? merge(base[key], value) : value;
  return merged;
}
