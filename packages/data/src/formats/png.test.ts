import { encode, type ImageData } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { decodePng } from './png.ts';

const decoded = (image: ImageData) => decodePng(encode(image), 'f.png');

describe('decodePng', () => {
  it.each([
    ['grey', { channels: 1, data: Uint8Array.of(1, 2) }, 1, [1, 2]],
    ['RGB', { channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }, 3, [1, 2, 3, 4, 5, 6]],
    ['16 bits', { channels: 1, depth: 16, data: Uint16Array.of(0x1234, 0xffff) }, 1, [0x12, 0xff]],
    ['grey with alpha', { channels: 2, data: Uint8Array.of(100, 255, 100, 0) }, 1, [100, 255]],
    ['RGBA', { channels: 4, data: Uint8Array.of(10, 20, 30, 255, 0, 100, 200, 51) }, 3, [10, 20, 30, 204, 224, 244]],
  ] as const)('reads %s', (_, image, channels, pixels) => {
    expect(decoded({ width: 2, height: 1, ...image } as ImageData)).toEqual({
      height: 1,
      width: 2,
      channels,
      pixels: Uint8Array.from(pixels),
    });
  });

  it('unpacks fewer bits than a byte, row by row', () => {
    const data = Uint8Array.of(0b10100000, 0b01000000);
    expect([...decoded({ width: 3, height: 2, channels: 1, depth: 1, data }).pixels]).toEqual([255, 0, 255, 0, 255, 0]);
  });

  it('looks colors up in a palette', () => {
    const palette = [
      [9, 8, 7],
      [1, 2, 3],
    ];
    const data = Uint8Array.of(1, 0);
    const { channels, pixels } = decoded({ width: 2, height: 1, channels: 1, depth: 8, data, palette });
    expect([channels, ...pixels]).toEqual([3, 1, 2, 3, 9, 8, 7]);
  });

  it('refuses what is damaged, naming the file', () => {
    const png = encode({ width: 8, height: 8, channels: 1, data: Uint8Array.from({ length: 64 }, (_, i) => i * 3) });
    const flipped = png.map((byte, i) => (i === 60 ? byte ^ 1 : byte));
    for (const bytes of [png.subarray(0, -20), flipped, new Uint8Array(0), new TextEncoder().encode('GIF89a......')]) {
      expect(() => decodePng(bytes, 'f.png')).toThrow(/^f\.png: wanted a PNG image, found /);
    }
  });
});
