import { describe, expect, it } from 'vitest';
import { isTreeGroup, treeSum } from './tree-sum.ts';

const sum = (from: number, to: number) => treeSum({ from, to }, String, (left, right) => `(${left}+${right})`);

describe('treeSum', () => {
  it.each([
    [1, '0'],
    [2, '(0+1)'],
    [3, '((0+1)+2)'],
    [5, '(((0+1)+(2+3))+4)'],
    [6, '(((0+1)+(2+3))+(4+5))'],
    [7, '(((0+1)+(2+3))+((4+5)+6))'],
    [8, '(((0+1)+(2+3))+((4+5)+(6+7)))'],
  ])('adds %i parts, neighbours first', (parts, expected) => {
    expect(sum(0, parts)).toBe(expected);
  });

  it('holds the sum of every aligned group of 2ᵏ parts', () => {
    for (let parts = 1; parts <= 20; parts++)
      for (let from = 0; from < parts; from++)
        for (let to = from + 1; to <= parts; to++)
          if (isTreeGroup({ from, to }, parts)) expect(sum(0, parts)).toContain(sum(from, to));
  });
});

it.each<[number, number, number, boolean]>([
  [0, 8, 8, true],
  [0, 6, 6, true],
  [4, 8, 8, true],
  [6, 8, 8, true],
  [4, 6, 6, true],
  [7, 8, 8, true],
  [2, 6, 8, false],
  [1, 3, 8, false],
  [0, 3, 8, false],
  [3, 3, 8, false],
  [8, 10, 8, false],
  [-2, 0, 8, false],
  [0.5, 1.5, 8, false],
])('isTreeGroup: %d … %d of %d is %s', (from, to, parts, expected) => {
  expect(isTreeGroup({ from, to }, parts)).toBe(expected);
});
