import { expect, it } from 'vitest';
import { relativeError } from './relative-error.ts';

it('relativeError compares with the largest value', () => {
  expect(relativeError([1, 2, 3], [1, 2, 4])).toBe(0.25);
  expect(relativeError([0, 0], [0, 0])).toBe(0);
  expect(relativeError([1], [0])).toBe(Number.POSITIVE_INFINITY);
  expect(relativeError([Number.NaN], [1])).toBe(Number.POSITIVE_INFINITY);
  expect(() => relativeError([1], [1, 2])).toThrow('wanted 2 values, got 1');
});
