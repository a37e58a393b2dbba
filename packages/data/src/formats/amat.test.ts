import { describe, expect, it } from 'vitest';
import { decodeAmat } from './amat.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('decodeAmat', () => {
  it.each(['1 0 1\n0 1 1\n', '1 0 1 \n0 1 1 \n', '1 0 1\n0 1 1', '101\n\n011\n\n'])('reads %j', (text) => {
    expect(decodeAmat(bytes(text), 3, 'f')).toEqual(Uint8Array.of(1, 0, 1, 0, 1, 1));
  });

  it.each([
    ['1 0 1\n0 1\n', 'f: wanted 3 bits in row 1, found 2'],
    ['1 0 1\n0 1 1 0\n', 'f: wanted 3 bits in row 1, found 4'],
    ['1 0 2\n', 'f: wanted 0 or 1, found byte 50 at 4 (row 0)'],
    ['0.5', 'f: wanted 0 or 1, found byte 46 at 1 (row 0)'],
    ['', 'f: wanted rows of 3 bits, found none'],
  ])('refuses %j', (text, message) => {
    expect(() => decodeAmat(bytes(text), 3, 'f')).toThrow(message);
  });
});
