import { expect, it } from 'vitest';
import { indicesOf, mayDepend, type Site, sitesOf } from './sites.ts';

const here = (row: number, column: number, group = 0): Site => ({ map: 'here', row, column, group });
const above = (row: number, column: number): Site => ({ map: 'above', row, column, group: 0 });

it('mayDepend follows raster order, then colours', () => {
  expect(mayDepend(here(1, 1), here(0, 4), 'A')).toBe(true);
  expect(mayDepend(here(1, 1), here(1, 0), 'A')).toBe(true);
  expect(mayDepend(here(1, 1), here(1, 2), 'B')).toBe(false);
  expect(mayDepend(here(1, 1), here(2, 0), 'B')).toBe(false);
  const own = (mask: 'A' | 'B') =>
    [0, 1, 2].map((to) => [0, 1, 2].map((from) => mayDepend(here(1, 1, to), here(1, 1, from), mask)));
  expect(own('A')).toEqual([
    [false, false, false],
    [true, false, false],
    [true, true, false],
  ]);
  expect(own('B')).toEqual([
    [true, false, false],
    [true, true, false],
    [true, true, true],
  ]);
});

it('mayDepend keeps the upper stack to rows above', () => {
  expect(mayDepend(above(1, 0), here(0, 4), 'B')).toBe(true);
  expect(mayDepend(above(1, 4), here(1, 0), 'B')).toBe(false);
  expect(mayDepend(above(1, 0), above(1, 4), 'B')).toBe(true);
  expect(mayDepend(here(1, 0), above(1, 4), 'A')).toBe(true);
  expect(mayDepend(here(1, 4), above(2, 0), 'B')).toBe(false);
});

it('sitesOf and indicesOf cover every number once', () => {
  const layout = { here: [0, 0, 1, 2], above: 2 };
  const size = { height: 2, width: 3 };
  const sites = sitesOf(layout, size);
  expect(sites).toHaveLength(6 * 4);
  for (const map of ['here', 'above'] as const) {
    const indices = sites.filter((site) => site.map === map).flatMap((site) => indicesOf(site, layout, size.width));
    const channels = map === 'here' ? 4 : 2;
    expect(indices.sort((a, b) => a - b)).toEqual(Array.from({ length: 6 * channels }, (_, i) => i));
  }
});
