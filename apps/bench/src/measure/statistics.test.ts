import { expect, it } from 'vitest';
import { summarize } from './statistics.ts';

it('gives quartiles that lie between values where they must', () => {
  expect(summarize([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, q1: 1.75, q3: 3.25, count: 4 });
});

it('is not moved by one slow run', () => {
  expect(summarize([10, 11, 900]).median).toBe(11);
});

it('gives one value back', () => {
  expect(summarize([7])).toEqual({ median: 7, min: 7, q1: 7, q3: 7, count: 1 });
});

it('refuses nothing at all', () => {
  expect(() => summarize([])).toThrow('summarize: wanted at least one value, got none');
});
