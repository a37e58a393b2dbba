import { BACKENDS, type BackendName } from '@pixelrnn/backends';
import { InvalidArgumentError } from 'commander';

/** 1, 2, 3, … */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) throw new InvalidArgumentError('Expected a positive integer.');
  return value;
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

/** `1,2` */
export const positiveIntegers = (text: string): number[] => text.split(',').map(positiveInteger);

/** `tensorflow,wasm`, or `auto` */
export function backendNames(text: string): (BackendName | 'auto')[] {
  return text.split(',').map((name) => choice(['auto', ...BACKENDS])(name));
}

/** One of a few words; the error lists them. */
export const choice =
  <T extends string>(choices: readonly T[]) =>
  (text: string): T => {
    const found = choices.find((candidate) => candidate === text);
    if (found === undefined) throw new InvalidArgumentError(`Expected one of ${choices.join(', ')}.`);
    return found;
  };
