import { expect, it } from 'vitest';
import { distanceToThreshold, drawLevel } from './draw.ts';

const pmf = Float32Array.of(0.25, 0, 0.5, 0.25);

it('takes the first level whose cumulative probability exceeds u', () => {
  expect([0, 0.249, 0.25, 0.749, 0.75, 0.999].map((u) => drawLevel(pmf, u))).toEqual([0, 0, 2, 2, 3, 3]);
});

it('takes the last level that is possible where rounding leaves a gap', () => {
  expect(drawLevel(Float32Array.of(0.3, 0.3, 0.3), 0.95)).toBe(2);
  expect(drawLevel(Float32Array.of(0, 0.3, 0.3, 0, 0), 0.95)).toBe(2);
  expect(drawLevel(Float32Array.of(0.9, 0, 0), 0.95)).toBe(0);
});

it('measures how near a draw is to being another', () => {
  expect(distanceToThreshold(pmf, 0.26)).toBeCloseTo(0.01, 6);
  expect(distanceToThreshold(pmf, 0.9)).toBeCloseTo(0.15, 6);
});
