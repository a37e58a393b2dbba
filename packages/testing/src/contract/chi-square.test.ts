import { rng } from '@pixelrnn/core';
import { describe, expect, it } from 'vitest';
import { chiSquareScore } from './chi-square.ts';

describe('chiSquareScore', () => {
  it('gives the normal score of tabled quantiles', () => {
    // χ² = 18.307 at ten degrees of freedom is exceeded with probability 0.05, the normal score 1.645.
    const excess = Math.sqrt((18.307 * 100) / 2);
    const counts = [100 + excess, 100 - excess, ...new Array(9).fill(100)];
    expect(chiSquareScore(counts, new Array(11).fill(1 / 11))).toBeCloseTo(1.645, 2);
  });

  it('pools rare cells', () => {
    // Ten of the cells are expected once: two pools of five, and the rest.
    const rare = [...new Array(10).fill(0.001), 0.99];
    expect(chiSquareScore([2, 0, 1, 1, 1, 2, 0, 1, 1, 1, 990], rare)).toBeLessThan(0);
    expect(() => chiSquareScore([3, 3], [0.5, 0.5])).toThrow('wanted two cells');
  });

  it('gives perfect counts the least score there is, whatever was pooled', () => {
    // 15 cells expected 3 times: six pools of two, and one of the last three.
    const least = -(1 - 2 / (9 * 6)) / Math.sqrt(2 / (9 * 6));
    expect(chiSquareScore(new Array(15).fill(3), new Array(15).fill(1 / 15))).toBeCloseTo(least, 12);
  });

  it('is small for right and large for wrong probabilities', () => {
    const random = rng(1);
    const counts = new Float64Array(16);
    for (let n = 0; n < 4000; n++) counts[Math.floor(random.uniform() * 16)]++;
    const uniform = new Float64Array(16).fill(1 / 16);
    expect(Math.abs(chiSquareScore(counts, uniform))).toBeLessThan(3);
    expect(
      chiSquareScore(
        counts,
        uniform.map((p, i) => p * (i < 8 ? 1.1 : 0.9)),
      ),
    ).toBeGreaterThan(3);
  });
});
