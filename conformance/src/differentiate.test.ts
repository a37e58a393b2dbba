import { expect, it } from 'vitest';
import { differentiate, differentiateAlong } from './differentiate.ts';

const x = Float64Array.of(0.5, -1, 2);
const f = () => Math.sin(x[0]) * x[1] ** 3 + x[2];
const gradient = [-Math.cos(0.5), 3 * Math.sin(0.5), 1];

it('differentiates by every coordinate, and leaves the values alone', () => {
  differentiate(x, f).forEach((slope, i) => {
    expect(slope).toBeCloseTo(gradient[i], 9);
  });
  expect([...x]).toEqual([0.5, -1, 2]);
});

it('differentiates along a direction, and leaves the values alone', () => {
  expect(differentiateAlong([1, -1, 1], x, f)).toBeCloseTo(gradient[0] - gradient[1] + gradient[2], 9);
  expect([...x]).toEqual([0.5, -1, 2]);
});
