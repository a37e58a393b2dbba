import { expect, it } from 'vitest';
import { canonicalJson, firstDifference } from './canonical-json.ts';

it('does not depend on the order of keys, but on that of lists', () => {
  expect(canonicalJson({ b: [1, { d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[1,{"c":2,"d":1}]}');
  expect(canonicalJson({ a: 1, b: 2 })).toBe(canonicalJson({ b: 2, a: 1 }));
});

it('finds the first difference', () => {
  expect(firstDifference({ a: { b: [1, 2] } }, { a: { b: [1, 2] } })).toBeUndefined();
  expect(firstDifference({ a: { b: [1, 2] } }, { a: { b: [1, 3] } })).toEqual({ path: 'a.b.1', values: [2, 3] });
  expect(firstDifference({ a: 1 }, { a: 1, c: 2 })).toEqual({ path: 'c', values: [undefined, 2] });
  expect(firstDifference({ a: null }, { a: { b: 1 } })).toEqual({ path: 'a', values: [null, { b: 1 }] });
});
