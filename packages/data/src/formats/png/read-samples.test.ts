import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { noise } from '../../testing/fixtures.ts';
import { channelsOf, type PngSpec, writePng } from '../../testing/write-png.ts';
import { readChunks } from './read-chunks.ts';
import { readSamples } from './read-samples.ts';

/** Every color type with every depth that it can have. */
const KINDS = [
  ['grey', 0, [1, 2, 4, 8, 16]],
  ['RGB', 2, [8, 16]],
  ['palette', 3, [1, 2, 4, 8]],
  ['grey and alpha', 4, [8, 16]],
  ['RGB and alpha', 6, [8, 16]],
] as const;
const CASES = KINDS.flatMap(([name, colorType, depths]) => depths.map((depth) => [name, depth, colorType] as const));
/** Sides around those at which passes are empty and bytes end. */
const SIDES = [1, 2, 3, 4, 5, 7, 8, 9, 33];

const random = (width: number, height: number, depth: number, colorType: number): PngSpec => {
  const count = width * height * channelsOf(colorType);
  const bytes = noise(2 * count, width + 37 * height);
  const values = Array.from({ length: count }, (_, i) => (bytes[2 * i] * 256 + bytes[2 * i + 1]) % 2 ** depth);
  return { width, height, depth, colorType, values };
};

describe.each(CASES)('%s of %i bits', (_, depth, colorType) => {
  it.each([
    ['row by row', false],
    ['interlaced', true],
  ])('%s, of all filters, in all sizes', (_, interlaced) => {
    for (const width of SIDES) {
      for (const height of SIDES) {
        const spec = { ...random(width, height, depth, colorType), interlaced, filter: (row: number) => row % 5 };
        const { channels, values } = readSamples(readChunks(writePng(spec)));
        expect([channels, ...values]).toEqual([channelsOf(colorType), ...Array.from(spec.values)]);
      }
    }
  });
});

describe('readSamples', () => {
  const spec = random(9, 5, 8, 2);

  it.each([0, 1, 2, 3, 4])('undoes filter %i in the first row too', (filter) => {
    const { values } = readSamples(readChunks(writePng({ ...spec, filter: () => filter })));
    expect([...values]).toEqual(spec.values);
  });

  it('takes data in any number of chunks', () => {
    const { values } = readSamples(readChunks(writePng({ ...spec, chunk: 1 })));
    expect([...values]).toEqual(spec.values);
  });

  it('refuses an unknown filter and too little data', () => {
    const read = (more: object) => () => readSamples({ ...readChunks(writePng(spec)), ...more });
    expect(() => readSamples(readChunks(writePng({ ...spec, filter: () => 5 })))).toThrow('filter 5');
    expect(read({ height: 6 })).toThrow('140 bytes of data, not 168');
    expect(read({ data: [Uint8Array.of(1, 2, 3)] })).toThrow(/^damaged data \(/);
  });

  it('does not unpack without end', () => {
    const data = [deflateSync(new Uint8Array(1e6))];
    expect(() => readSamples({ ...readChunks(writePng(spec)), data })).toThrow('damaged data');
  });
});
