import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastBits, MOST_LEVELS, quantize, TOTAL } from './quantize.ts';

/** Float32 probabilities that are proportional to these. */
function normalized(weights: ArrayLike<number>): Float32Array {
  const sum = Array.from(weights).reduce((a, b) => a + b, 0);
  return Float32Array.from(weights, (weight) => weight / sum);
}

const frequenciesOf = (cumulative: Uint32Array) => Array.from(cumulative.subarray(1), (end, l) => end - cumulative[l]);

/** Weights over the whole range of exponents, as the far tails of a network's softmax have. */
const weights = (levels: number) =>
  fc.array(fc.double({ min: -80, max: 0, noNaN: true }).map(Math.exp), { minLength: levels, maxLength: levels });

describe('C32: quantize', () => {
  it('begins at 0, rises at every level, and ends at the total, for 2 … 256 levels', () => {
    const pmf = fc.integer({ min: 2, max: 256 }).chain(weights).map(normalized);
    fc.assert(
      fc.property(pmf, fc.constantFrom(2 ** 16, TOTAL), (p, total) => {
        const cumulative = quantize(p, total);
        expect([cumulative[0], cumulative[p.length]]).toEqual([0, total]);
        expect(Math.min(...frequenciesOf(cumulative))).toBeGreaterThanOrEqual(1);
      }),
      { seed: 1 },
    );
  });

  it('does so for one sure level among 65,536', () => {
    const pmf = new Float32Array(MOST_LEVELS);
    pmf[7] = 1;
    const frequencies = frequenciesOf(quantize(pmf));
    expect(frequencies.filter((f) => f === 1)).toHaveLength(MOST_LEVELS - 1);
    expect(frequencies[7]).toBe(TOTAL - MOST_LEVELS + 1);
    expect(leastBits(MOST_LEVELS)).toBe(Math.log2(TOTAL / frequencies[7]));
  });

  it('gives each of three equal levels a third, and the rest to the first (torchac)', () => {
    expect([...quantize(normalized([1, 1, 1]), 2 ** 16)]).toEqual([0, 21846, 43691, 65536]);
  });

  it('gives what is left to the likeliest, be it too little or too much', () => {
    const exact = [0.1, 0.7, 0.2].map((p) => 1 + Math.floor(Math.fround(p) * (TOTAL - 3)));
    for (const factor of [1 - 1e-5, 1, 1 + 1e-5]) {
      const frequencies = frequenciesOf(quantize(Float32Array.of(0.1 * factor, 0.7 * factor, 0.2 * factor)));
      expect(frequencies[0] + frequencies[1] + frequencies[2]).toBe(TOTAL);
      if (factor === 1) expect([frequencies[0], frequencies[2]]).toEqual([exact[0], exact[2]]);
      expect(Math.abs(frequencies[0] / exact[0] - 1)).toBeLessThan(2e-5);
      expect(Math.abs(frequencies[1] / exact[1] - 1)).toBeLessThan(2e-5);
    }
  });

  it('follows the steps of a sigmoid, flat ends included (torchac)', () => {
    const edges = Array.from({ length: 257 }, (_, l) => 1 / (1 + Math.exp(-(l - 128))));
    const pmf = Float32Array.from({ length: 256 }, (_, l) => edges[l + 1] - edges[l]);
    const cumulative = quantize(pmf);
    for (let level = 0; level <= 256; level++)
      expect(Math.abs(cumulative[level] / TOTAL - edges[level])).toBeLessThan(2e-5);
    expect(Math.min(...frequenciesOf(cumulative))).toBe(1);
  });

  it.each([
    ['NaN', [0.5, Number.NaN]],
    ['negative', [1.5, -0.5]],
    ['too much in all', [0.6, 0.6]],
    ['too little in all', [0.3, 0.3]],
    ['nothing', [0, 0]],
  ])('refuses what are no probabilities: %s', (_, pmf) => {
    expect(() => quantize(Float32Array.from(pmf))).toThrow(
      'quantize: wanted 2 probabilities that add up to 1, got some that do not',
    );
  });
});
