import { expect, it } from 'vitest';
import { exampleRow } from '../results/row.fixture.ts';
import { againstTorch, sortPlaces, timesByPlace } from './pivot.ts';

const rows = [
  exampleRow({ backend: 'tensorflow', threads: 1, medianMs: 60, minMs: 50, q1Ms: 58, q3Ms: 62 }),
  exampleRow({ backend: 'torch', threads: 1, medianMs: 132, minMs: 120, q1Ms: 130, q3Ms: 140 }),
  exampleRow({ backend: 'tensorflow', threads: 2, medianMs: 33, q1Ms: 33, q3Ms: 33 }),
];

it('puts places side by side', () => {
  expect(timesByPlace(rows)).toBe(
    [
      '|                | tensorflow, ms | tensorflow ×2, ms |   torch, ms |',
      '| -------------- | -------------: | ----------------: | ----------: |',
      '| mnist-row-lstm |    60.0 ± 2.00 |          33.0 ± 0 | 132 ± 5.00 |\n',
    ]
      .join('\n')
      .replaceAll('|   torch, ms |', '|  torch, ms |')
      .replaceAll('| ----------: |', '| ---------: |'),
  );
});

it('compares with PyTorch in the same run, on as many threads, only', () => {
  const table = againstTorch(rows);
  expect(table.trim().split('\n')).toHaveLength(3);
  expect(table).toMatch(/mnist-row-lstm \| tensorflow \| +60\.0 ± 2\.00 \| +132 ± 5\.00 \| +2\.20 \| +2\.40/);
  expect(againstTorch(rows.slice(2))).toBe('');
  expect(againstTorch([exampleRow({ date: 'later' }), rows[1]])).toBe('');
  expect(againstTorch([...rows, exampleRow({ date: 'later', medianMs: 1 })])).toBe(table);
});

it('has the rival last', () => {
  expect(sortPlaces(['torch', 'wasm', 'tensorflow ×2', 'tensorflow'])).toEqual([
    'tensorflow',
    'tensorflow ×2',
    'wasm',
    'torch',
  ]);
});
