import { expect, it } from 'vitest';
import { median, quantile } from './quantile.ts';

it('lies between values where it must', () => {
  expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
  expect(quantile([4, 1, 3, 2], 0.75)).toBe(3.25);
  expect([0, 1].map((share) => quantile([4, 1, 3, 2], share))).toEqual([1, 4]);
  expect(quantile([7], 0.25)).toBe(7);
});

it('median', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

it('of nothing is no number', () => {
  expect(median([])).toBeNaN();
});
