import { expect, it } from 'vitest';
import { firstDifference } from './first-difference.ts';

it('finds the first difference', () => {
  expect(firstDifference({ a: { b: [1, 2] } }, { a: { b: [1, 2] } })).toBeUndefined();
  expect(firstDifference({ a: { b: [1, 2] } }, { a: { b: [1, 3] } })).toEqual({ path: 'a.b.1', values: [2, 3] });
  expect(firstDifference({ a: 1 }, { a: 1, c: 2 })).toEqual({ path: 'c', values: [undefined, 2] });
  expect(firstDifference({ a: null }, { a: { b: 1 } })).toEqual({ path: 'a', values: [null, { b: 1 }] });
});
