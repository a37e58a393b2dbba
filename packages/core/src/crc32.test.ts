import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32, crc32c } from './crc32.ts';

const text = (content: string) => new TextEncoder().encode(content);

describe('crc32c', () => {
  // The check value of CRC-32C, and the examples of RFC 3720, appendix B.4.
  it.each<[string, Uint8Array, number]>([
    ['nothing', new Uint8Array(0), 0],
    ['123456789', text('123456789'), 0xe3069283],
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['32 bytes up', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['32 bytes down', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ])('of %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});

describe('crc32', () => {
  it('has the check value of CRC-32', () => expect(crc32(text('123456789'))).toBe(0xcbf43926));

  it('goes on from what came before', () => {
    expect(crc32(text('6789'), crc32(text('12345')))).toBe(0xcbf43926);
  });

  it.runIf(zlibCrc32)('equals that of zlib', () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * i) % 251);
    expect(crc32(bytes)).toBe(zlibCrc32(bytes));
  });
});
