import { describe, expect, it } from 'vitest';
import { quantize, quantizer } from './quantize.ts';

const GRADIENT = Uint8Array.from({ length: 256 }, (_, value) => value);
const KEY = { split: 'train', epoch: 0, index: 0 } as const;
const NONE = { binarize: 'none', levels: undefined, seed: undefined } as const;

function apply(
  options: Parameters<typeof quantizer>[1],
  key: Parameters<ReturnType<typeof quantizer>['apply']>[3] = KEY,
) {
  const target = new Float32Array(256);
  quantizer('test', options, 256).apply(GRADIENT, target, 0, key);
  return target;
}

describe('quantize', () => {
  it.each([2, 3, 4, 5, 16, 100, 256])('puts a gradient on exactly %i levels of equal width', (levels) => {
    const found = apply({ ...NONE, levels });
    const counts = new Map<number, number>();
    for (const level of found) counts.set(level, (counts.get(level) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: levels }, (_, level) => level));
    expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
  });

  it('is the identity on the levels of the source', () => {
    expect(apply(NONE)).toEqual(Float32Array.from(GRADIENT));
    expect([0, 8, 16].map((value) => quantize(value, 17, 17))).toEqual([0, 8, 16]);
  });
});

describe('binarization', () => {
  it('by threshold: 128 and above are 1', () => {
    expect(apply({ ...NONE, binarize: 'threshold' })).toEqual(
      Float32Array.from(GRADIENT, (value) => (value >= 128 ? 1 : 0)),
    );
  });

  it('at random: 1 with probability v / 255', () => {
    const options = { binarize: 'stochastic', levels: undefined, seed: 7 } as const;
    const epochs = 400;
    const sums = new Float64Array(256);
    for (let epoch = 0; epoch < epochs; epoch++) {
      const bits = apply(options, { ...KEY, epoch });
      for (let i = 0; i < 256; i++) sums[i] += bits[i];
    }
    expect(sums[0]).toBe(0);
    expect(sums[255]).toBe(epochs);
    for (let v = 0; v < 256; v++) {
      const p = v / 255;
      expect(Math.abs(sums[v] / epochs - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / epochs) + 1e-12);
    }
  });

  it('draws depend on seed, split, epoch and index, and on nothing else', () => {
    const options = { binarize: 'stochastic', levels: undefined, seed: 7 } as const;
    const bits = apply(options);
    expect(apply(options)).toEqual(bits);
    const others = [
      apply({ ...options, seed: 8 }),
      apply(options, { ...KEY, split: 'valid' }),
      apply(options, { ...KEY, epoch: 1 }),
      apply(options, { ...KEY, index: 1 }),
    ];
    for (const other of others) expect(other).not.toEqual(bits);
  });
});

describe('quantizer refuses', () => {
  it.each([
    [{ ...NONE, levels: 1 }, 'levels must be an integer from 2 to 256, got 1'],
    [{ ...NONE, levels: 257 }, 'levels must be an integer from 2 to 256, got 257'],
    [{ ...NONE, binarize: 'threshold', levels: 4 }, 'levels must be 2 or absent'],
    [{ ...NONE, binarize: 'stochastic' }, 'seed is required'],
    [{ ...NONE, seed: 1 }, 'seed has no use'],
    [{ ...NONE, binarize: 'dynamic' }, 'binarize must be one of none, threshold, stochastic, got dynamic'],
  ])('%o', (options, message) => {
    expect(() => quantizer('test', options as Parameters<typeof quantizer>[1], 256)).toThrow(message);
  });
});
