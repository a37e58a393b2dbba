import { describe, expect, it } from 'vitest';
import { idx } from '../testing/fixtures.ts';
import { decodeIdx } from './idx.ts';

describe('decodeIdx', () => {
  it('gives shape and values, wherever the bytes lie in their buffer', () => {
    const file = idx([2, 3], [1, 2, 3, 4, 5, 6]);
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    expect(decodeIdx(shifted.subarray(3), 2, 'f')).toEqual({ shape: [2, 3], values: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  });

  it.each([
    ['nothing', new Uint8Array(0), 'f: wanted an idx header of 12 bytes, found 0 bytes'],
    ['another rank', idx([6], [1, 2, 3, 4, 5, 6]), 'f: wanted the idx magic number 2050, found 2049'],
    [
      'gzip',
      Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0),
      'f: wanted the idx magic number 2050, found 529205248',
    ],
    ['a truncated file', idx([2, 3], [1, 2, 3, 4, 5]), 'f: wanted 2×3 = 6 values, found 5'],
    ['a file too long', idx([2, 3], [1, 2, 3, 4, 5, 6, 7]), 'f: wanted 2×3 = 6 values, found 7'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeIdx(bytes, 2, 'f')).toThrow(message);
  });
});
