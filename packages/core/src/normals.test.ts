import { expect, it } from 'vitest';
import { normals } from './normals.ts';
import { rng } from './rng.ts';

it('has the moments of the normal distribution, and its tails', () => {
  const values = normals(rng('normals'), 40_000);
  const mean = (of: (x: number) => number) => values.reduce((sum, x) => sum + of(x), 0) / values.length;
  // Five standard errors: √(1, 2, 96, …) / 200.
  expect(Math.abs(mean((x) => x))).toBeLessThan(0.025);
  expect(Math.abs(mean((x) => x * x) - 1)).toBeLessThan(0.036);
  expect(Math.abs(mean((x) => x ** 4) - 3)).toBeLessThan(0.25);
  expect(Math.abs(mean((x) => Number(Math.abs(x) > 1.959964)) - 0.05)).toBeLessThan(0.006);
  const pairs = Array.from({ length: 20_000 }, (_, i) => values[2 * i] * values[2 * i + 1]);
  expect(Math.abs(pairs.reduce((a, b) => a + b, 0) / pairs.length)).toBeLessThan(0.036);
});

it('is a function of the stream, of which fewer numbers are the first', () => {
  const five = normals(rng(1), 5);
  expect([...normals(rng(1), 5)]).toEqual([...five]);
  expect([...normals(rng(1), 3)]).toEqual([...five.slice(0, 3)]);
  expect([...normals(rng(2), 5)]).not.toEqual([...five]);
  expect(five.every(Number.isFinite)).toBe(true);
});
