import { expect, test } from 'vitest';
import { scratch } from './scratch.ts';

test('scratch is one block, which grows when it must', () => {
  const small = scratch(2);
  expect(scratch(256).pointer).toBe(small.pointer);
  const large = scratch(1000);
  expect(large.length).toBe(1000);
  large.array[999] = 1;
  expect(scratch(3).pointer).toBe(large.pointer);
});
