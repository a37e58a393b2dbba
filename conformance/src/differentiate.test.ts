import { expect, it } from 'vitest';
import { differentiate } from './differentiate.ts';

it('differentiates by every coordinate, and leaves the values alone', () => {
  const x = Float64Array.of(0.5, -1, 2);
  const slopes = differentiate(x, () => Math.sin(x[0]) * x[1] ** 3 + x[2]);
  [-Math.cos(0.5), 3 * Math.sin(0.5), 1].forEach((wanted, i) => {
    expect(slopes[i]).toBeCloseTo(wanted, 9);
  });
  expect([...x]).toEqual([0.5, -1, 2]);
});
