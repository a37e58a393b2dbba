import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { A, noise, specOf } from '../testing/fixtures.ts';
import { verifiedContent } from './verify.ts';

const file = specOf('a', A, true);
const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 0x10 : byte));

describe('verifiedContent', () => {
  it.each([
    ['plain', A],
    ['gzipped', gzipSync(A)],
  ])('gives the content of a %s file', async (_, bytes) => {
    expect(Buffer.compare(await verifiedContent(bytes, file, 'f'), A)).toBe(0);
  });

  it.each([
    ['zero length', new Uint8Array(0), 'f: wanted 5000 bytes of a, found 0'],
    ['a truncated file', A.subarray(0, 4999), 'f: wanted 5000 bytes of a, found 4999'],
    ['a flipped byte', flipped(A, 77), /^f: wanted a with sha256 \w{64}, found sha256 \w{64}$/],
    [
      'truncated gzip',
      gzipSync(A).subarray(0, -9),
      'f: wanted 5000 bytes of a, found damaged gzip (unexpected end of file)',
    ],
    ['a flipped byte in gzip', flipped(gzipSync(A), 2000), /found damaged gzip \(.+\)$|found sha256/],
    [
      'a flipped checksum in gzip',
      flipped(gzipSync(A), gzipSync(A).length - 6),
      'found damaged gzip (incorrect data check)',
    ],
    ['gzip of more', gzipSync(noise(9000)), 'f: wanted 5000 bytes of a, found more than 5000 bytes'],
    ['gzip of less', gzipSync(A.subarray(1)), 'f: wanted 5000 bytes of a, found 4999'],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(verifiedContent(bytes, file, 'f')).rejects.toThrow(message);
  });
});
