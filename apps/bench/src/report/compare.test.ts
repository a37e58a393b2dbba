import { expect, it } from 'vitest';
import { exampleRow } from '../results/row.fixture.ts';
import { compareRows } from './compare.ts';

it('sets the latest results of the same task side by side', () => {
  const before = [exampleRow({ medianMs: 999 }), exampleRow({ medianMs: 60, q1Ms: 58, q3Ms: 62 })];
  const after = [
    exampleRow({ medianMs: 40, q1Ms: 39, q3Ms: 41, device: 'another' }),
    exampleRow({ task: 'train/mnist-pixel-cnn' }),
  ];
  expect(compareRows(before, after)).toEqual([
    {
      task: 'train/mnist-row-lstm',
      backend: 'tensorflow',
      threads: 1,
      batch: 16,
      beforeMs: 60,
      afterMs: 40,
      speedup: 1.5,
      withinSpread: false,
    },
  ]);
});

it('says where a difference may be noise', () => {
  const [row] = compareRows([exampleRow({ q1Ms: 55, q3Ms: 62 })], [exampleRow({ medianMs: 57, q1Ms: 56, q3Ms: 58 })]);
  expect(row.withinSpread).toBe(true);
});
