import { describe, expect, it } from 'vitest';
import { philox, rng, rngFrom, STILL } from './rng.ts';

const hex = (words: readonly number[]) => words.map((w) => w.toString(16).padStart(8, '0')).join(' ');

describe('philox', () => {
  // Known answers published with Random123 (kat_vectors).
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[-1, -1, -1, -1], [-1, -1], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ] as const)('gives the published block for counter %j', (counter, key, expected) => {
    const words = counter.map((w) => w >>> 0) as [number, number, number, number];
    expect(hex(philox(words, [key[0] >>> 0, key[1] >>> 0]))).toBe(expected);
  });
});

describe('rng', () => {
  it('repeats itself from the same seed and differs between seeds', () => {
    const draw = (seed: string | number) => Array.from({ length: 9 }, rng(seed).uint32);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7)).not.toEqual(draw('7'));
  });

  it('goes on from a saved state in the middle of a block', () => {
    const source = rng('resume');
    for (let i = 0; i < 6; i++) source.uint32();
    const copy = rngFrom(source.state());
    expect(Array.from({ length: 10 }, copy.uint32)).toEqual(Array.from({ length: 10 }, source.uint32));
  });

  it('forks by name, whatever was drawn before', () => {
    const source = rng(1);
    const before = source.fork('weights').uint32();
    source.uint32();
    expect(source.fork('weights').uint32()).toBe(before);
    expect(source.fork('data').uint32()).not.toBe(before);
    expect(source.fork(1).uint32()).not.toBe(source.fork('1').uint32());
  });

  it('is uniform: mean, variance and ten equal bins', () => {
    const source = rng('uniform');
    const n = 20_000;
    const values = Array.from({ length: n }, source.uniform);
    const mean = values.reduce((a, b) => a + b) / n;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
    const bins = new Array(10).fill(0);
    for (const v of values) bins[Math.floor(v * 10)]++;
    const chiSquare = bins.reduce((sum, count) => sum + (count - n / 10) ** 2 / (n / 10), 0);
    expect(chiSquare).toBeLessThan(27.9); // 99.9 % point for 9 degrees of freedom
  });

  it('shuffles to a permutation', () => {
    const order = rng(3).shuffle(100);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect([...order]).not.toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('rejects a seed that is no number', () => {
    expect(() => rng(Number.NaN)).toThrow('rng: wanted a finite seed, got NaN');
  });
});

it('gives shapes without drawing: the same number for ever', () => {
  const { uniform, uint32, shuffle, fork } = STILL;
  expect([uniform(), uniform(), uint32() / 2 ** 32, fork('other').uniform()]).toEqual([0.5, 0.5, 0.5, 0.5]);
  expect([...shuffle(3)]).toEqual([0, 1, 2]);
});
