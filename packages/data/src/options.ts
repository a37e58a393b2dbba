import { DataError, DataOptionError } from './data-error.ts';

/** Defaults with the given options over them; a key that the defaults do not have is an error. */
export function resolveOptions<T extends object>(owner: string, defaults: T, given: Partial<T> = {}): T {
  const resolved = { ...defaults };
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, key)) {
      throw new DataOptionError(
        `${owner}: unknown option "${key}"; wanted one of ${Object.keys(defaults).join(', ') || '(none)'}`,
        key,
      );
    }
    if (value !== undefined) Object.assign(resolved, { [key]: value });
  }
  return resolved;
}

/** `value`, if it is an integer in [min, max]. */
export function checkInteger(
  owner: string,
  key: string,
  value: unknown,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `an integer ≥ ${min}` : `an integer from ${min} to ${max}`;
  throw new DataOptionError(`${owner}: ${key} must be ${range}, got ${String(value)}`, key);
}

/** `value`, if it is one of `choices`. */
export function checkChoice<T extends string | number>(
  owner: string,
  key: string,
  value: unknown,
  choices: readonly T[],
): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined)
    throw new DataOptionError(`${owner}: ${key} must be one of ${choices.join(', ')}, got ${String(value)}`, key);
  return choice;
}

/** What a value is, in a word: `Float32Array`, `object`, `undefined`. */
export const kindOf = (value: unknown): string =>
  (value as { constructor?: { name?: string } } | null | undefined)?.constructor?.name ?? String(value);

/** `value`, if it is the bytes of a file that was decompressed. */
export function checkBytes(owner: string, key: string, value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array))
    throw new DataError(`${owner}: wanted ${key} as Uint8Array, got ${kindOf(value)}`);
  if (value[0] === 0x1f && value[1] === 0x8b) throw new DataError(`${owner}: ${key} is gzipped; decompress it first`);
  return value;
}
