import { rng } from '@pixelrnn/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantize, TOTAL } from './quantize.ts';
import { rangeDecoder, rangeEncoder } from './range-coder.ts';

/** A level and the frequencies that it is coded with. */
type Step = readonly [cumulative: Uint32Array, level: number];

function encode(steps: readonly Step[]): Uint8Array {
  const encoder = rangeEncoder();
  for (const [cumulative, level] of steps) encoder.code(cumulative, level);
  return encoder.finish();
}

function expectBack(steps: readonly Step[], bytes: Uint8Array): void {
  const decoder = rangeDecoder(bytes);
  expect(steps.map(([cumulative]) => decoder.code(cumulative, 0))).toEqual(steps.map(([, level]) => level));
}

const bitsOf = (steps: readonly Step[]) =>
  steps.reduce((sum, [cumulative, level]) => sum - Math.log2((cumulative[level + 1] - cumulative[level]) / TOTAL), 0);

const step: fc.Arbitrary<Step> = fc
  .array(fc.double({ min: -60, max: 0, noNaN: true }).map(Math.exp), { minLength: 2, maxLength: 12 })
  .chain((weights) => {
    const sum = weights.reduce((a, b) => a + b);
    const cumulative = quantize(Float32Array.from(weights, (weight) => weight / sum));
    return fc.integer({ min: 0, max: weights.length - 1 }).map((level): Step => [cumulative, level]);
  });

describe('C32: a range coder', () => {
  it('gives back what it was told, in at most a byte more than its −log₂ p', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const bytes = encode(steps);
        expectBack(steps, bytes);
        expect(bytes.length).toBeLessThanOrEqual(Math.ceil((bitsOf(steps) * (1 + 2 ** -16)) / 8) + 1);
      }),
      { seed: 1 },
    );
  });

  it('loses less than a ten-thousandth over a hundred thousand levels of a frequency each', () => {
    const random = rng('range coder');
    const cumulative = quantize(Float32Array.of(0.9995, 0.0004, 0.0001));
    const steps = Array.from({ length: 1e5 }, (): Step => {
      const at = random.uniform() * TOTAL;
      return [cumulative, [1, 2, 3].findIndex((l) => at < cumulative[l])];
    });
    const bytes = encode(steps);
    expectBack(steps, bytes);
    expect(bytes.length).toBeLessThanOrEqual((bitsOf(steps) / 8) * 1.0001 + 1);
    expect(bytes.length).toBeGreaterThanOrEqual(bitsOf(steps) / 8 - 1);
  });

  it('carries through bytes of ones', () => {
    // The upper half of an interval, then its lower parts in turn: low creeps up to a carry.
    const halves = Uint32Array.of(0, 2 ** 23 + 1, 2 ** 24);
    const third = Uint32Array.of(0, 5592405, 11184811, 2 ** 24);
    for (let before = 0; before < 40; before++) {
      const steps: Step[] = [
        ...Array.from({ length: before }, (): Step => [third, 1]),
        [halves, 0],
        ...Array.from({ length: 60 }, (_, i): Step => [third, i % 7 === before % 7 ? 2 : 1]),
        [halves, 1],
      ];
      expectBack(steps, encode(steps));
    }
  });

  it('ends with a carry where only that leads into the last interval', () => {
    const random = rng('ends');
    for (let i = 0; i < 5000; i++) {
      const cumulative = Uint32Array.of(0, 1 + Math.floor(random.uniform() * (TOTAL - 1)), TOTAL);
      const steps = Array.from({ length: 1 + (i % 30) }, (): Step => [cumulative, Number(random.uniform() < 0.5)]);
      expectBack(steps, encode(steps));
    }
  });

  it('reads the level whose interval holds the number that was written (craystack)', () => {
    const cumulative = quantize(Float32Array.of(0.3, 0, 0.6, 0.1), 2 ** 16);
    for (const level of [0, 1, 2, 3])
      for (const at of [cumulative[level], cumulative[level + 1] - 1])
        expect(rangeDecoder(Uint8Array.of(at >> 8, at & 0xff)).code(cumulative, 0)).toBe(level);
  });

  it('needs a byte for what is nearly sure, and tells that there is no more', () => {
    const sure = quantize(Float32Array.of(1, 0));
    const steps = Array.from({ length: 1000 }, (): Step => [sure, 0]);
    const bytes = encode(steps);
    expect(bytes).toHaveLength(1);
    expectBack(steps, bytes);
    const even = quantize(Float32Array.of(0.5, 0.5));
    const decoder = rangeDecoder(bytes);
    expect(() => {
      for (let i = 0; i < 17; i++) decoder.code(even, 0);
    }).toThrow('rangeDecoder: wanted more bytes, got the end of the stream');
  });

  it.each([2, -1, 0.5, Number.NaN])('refuses level %s of two', (level) => {
    const two = quantize(Float32Array.of(0.5, 0.5));
    expect(() => rangeEncoder().code(two, level)).toThrow(`rangeEncoder: wanted a level of 0 … 1, got ${level}`);
  });

  it('says where bytes are none of an encoder: beyond the last part of the interval', () => {
    const uneven = Uint32Array.of(0, 1, 3); // 2⁴⁸ is no multiple of 3
    expect(() => rangeDecoder(new Uint8Array(6).fill(0xff)).code(uneven, 0)).toThrow(
      'rangeDecoder: wanted bytes of an encoder, got others',
    );
  });
});
