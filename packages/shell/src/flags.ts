import { InvalidArgumentError } from 'commander';

/** Flags that every command of every program has. */
export interface SharedFlags {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

function number(text: string, accepts: (value: number) => boolean, expected: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || !accepts(value)) throw new InvalidArgumentError(`Expected ${expected}.`);
  return value;
}

/** A whole number from `min` to `max`. */
export const integer =
  (min: number, max = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const open = min === 1 ? 'a positive integer' : `an integer of ${min} or more`;
    const expected = max === Number.MAX_SAFE_INTEGER ? open : `an integer from ${min} to ${max}`;
    return number(text, (value) => Number.isSafeInteger(value) && value >= min && value <= max, expected);
  };

/** 1, 2, 3, … */
export const positiveInteger = integer(1);

/** 0, 1, 2, … */
export const naturalNumber = integer(0);

/** A number above 0. */
export const positiveNumber = (text: string) => number(text, (value) => value > 0, 'a number above 0');

/** A number of 0 or above. */
export const nonNegativeNumber = (text: string) => number(text, (value) => value >= 0, 'a number of 0 or above');

/** One of a few words; the error lists them. */
export const choice =
  <T extends string>(choices: readonly T[]) =>
  (text: string): T => {
    const found = choices.find((candidate) => candidate === text);
    if (found === undefined) throw new InvalidArgumentError(`Expected one of ${choices.join(', ')}.`);
    return found;
  };

/** Several values in one word, with commas between them: `1,2`. */
export const listOf =
  <T>(parse: (text: string) => T) =>
  (text: string): T[] =>
    text.split(',').map(parse);

/** Collects a flag that may be given several times. */
export const repeatable = (text: string, earlier: readonly string[] = []) => [...earlier, text];
