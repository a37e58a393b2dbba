import { encode, type ImageData } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { writePng } from '../../testing/write-png.ts';
import { decodePng, decodePngLevels } from './decode-png.ts';

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

  const read = (spec: object) =>
    decodePng(writePng({ width: 2, height: 1, depth: 8, colorType: 0, values: [], ...spec }), 'f.png');

  it.each<[string, object, number[]]>([
    ['grey', { values: [7, 8], transparency: [0, 7] }, [255, 8]],
    ['grey of 4 bits', { depth: 4, values: [7, 8], transparency: [0, 7] }, [255, 136]],
    ['grey of 16 bits, which all count', { depth: 16, values: [0x0701, 0x0702], transparency: [7, 1] }, [255, 7]],
    [
      'RGB, as much as the same picture with an alpha channel',
      { colorType: 2, values: [1, 2, 3, 1, 2, 4], transparency: [0, 1, 0, 2, 0, 3] },
      [255, 255, 255, 1, 2, 4],
    ],
    [
      'a palette',
      { colorType: 3, values: [1, 0], palette: [9, 8, 7, 0, 100, 200], transparency: [255, 51] },
      [204, 224, 244, 9, 8, 7],
    ],
    [
      'a palette of 2 bits, interlaced, of which only the first color has an alpha',
      { colorType: 3, depth: 2, interlaced: true, values: [1, 0], palette: [9, 8, 7, 1, 2, 3], transparency: [0] },
      [1, 2, 3, 255, 255, 255],
    ],
  ])('lays transparent colors on white: %s', (_, spec, pixels) => {
    expect([...read(spec).pixels]).toEqual(pixels);
  });

  it('stretches 1, 2 and 4 bits', () => {
    for (const [depth, values, pixels] of [
      [1, [0, 1], [0, 255]],
      [2, [1, 2], [85, 170]],
      [4, [1, 14], [17, 238]],
    ])
      expect([...read({ depth, values }).pixels]).toEqual(pixels);
  });

  it('refuses colors that a palette does not have, in words that end', () => {
    const message = (spec: object) => {
      try {
        return read(spec);
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(message({ colorType: 3, values: [1, 0], palette: [1, 2, 3] })).toBe(
      'f.png: wanted a PNG image, found color 1 of a palette of 1',
    );
    expect(message({ colorType: 3, values: [0, 0] })).toBe('f.png: wanted a PNG image, found no palette');
    expect(message({ colorType: 2, values: [0, 0, 0, 0, 0, 0], transparency: [1] })).toBe(
      'f.png: wanted a PNG image, found a transparent color of 1 bytes',
    );
  });

  it('unpacks a page of millions of bits', () => {
    const data = new Uint8Array((4960 / 8) * 7016).fill(0b01010101);
    const { pixels } = decoded({ width: 4960, height: 7016, channels: 1, depth: 1, data });
    expect([pixels.length, pixels[0], pixels.at(-1)]).toEqual([4960 * 7016, 0, 255]);
  });

  it('refuses what is damaged, naming the file', () => {
    const png = encode({ width: 8, height: 8, channels: 1, data: Uint8Array.from({ length: 64 }, (_, i) => i * 3) });
    const flipped = png.map((byte, i) => (i === 60 ? byte ^ 1 : byte));
    for (const bytes of [png.subarray(0, -20), flipped, new Uint8Array(0), new TextEncoder().encode('GIF89a......')]) {
      expect(() => decodePng(bytes, 'f.png')).toThrow(/^f\.png: wanted a PNG image, found /);
    }
  });
});

describe('decodePngLevels', () => {
  it.each([
    ['a palette', { colorType: 3, depth: 4, palette: new Array(48).fill(0), values: [15, 3] }, Uint8Array.of(15, 3)],
    ['grey of 2 bits', { colorType: 0, depth: 2, values: [3, 1] }, Uint8Array.of(3, 1)],
    ['16 bits', { colorType: 0, depth: 16, values: [511, 40_000] }, Uint16Array.of(511, 40_000)],
  ])('reads the numbers of %s', (_, spec, pixels) => {
    const raster = decodePngLevels(writePng({ width: 2, height: 1, ...spec }), 'f.png');
    expect(raster).toEqual({ width: 2, height: 1, channels: 1, pixels });
  });

  it('refuses more than one channel', () => {
    const rgb = writePng({ width: 1, height: 1, depth: 8, colorType: 2, values: [1, 2, 3] });
    expect(() => decodePngLevels(rgb, 'f.png')).toThrow('f.png: wanted a PNG image, found 3 channels, not one');
  });
});
