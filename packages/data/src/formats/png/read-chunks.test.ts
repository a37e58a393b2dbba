import { expect, it } from 'vitest';
import { chunkOf, writePng } from '../../testing/write-png.ts';
import { readChunks } from './read-chunks.ts';

const SPEC = { width: 2, height: 1, depth: 8, colorType: 0, values: [1, 2] };
const png = writePng(SPEC);
const HEADER_END = 8 + 25;
const inserted = (...chunks: Uint8Array[]) =>
  Buffer.concat([png.subarray(0, HEADER_END), ...chunks, png.subarray(HEADER_END)]);
const withHeader = (at: number, value: number) => {
  const header = Uint8Array.from(png.subarray(16, 29));
  header[at] = value;
  return Buffer.concat([png.subarray(0, 8), chunkOf('IHDR', header), png.subarray(HEADER_END)]);
};
const damaged = (at: number) => png.map((byte, i) => (i === at ? byte ^ 1 : byte));

it('reads the header, and passes over what only describes, sound or not', () => {
  const description = chunkOf('iCCP', Uint8Array.of(1, 2, 3));
  description[description.length - 1] ^= 1;
  expect(readChunks(inserted(description, chunkOf('tEXt', new Uint8Array(0))))).toMatchObject({
    width: 2,
    height: 1,
    depth: 8,
    colorType: 0,
    interlaced: false,
  });
});

it.each<[string, Uint8Array, string]>([
  ['no PNG', new TextEncoder().encode('GIF89a......'), 'other bytes than those it begins with'],
  ['nothing', new Uint8Array(0), 'other bytes than those it begins with'],
  ['only a signature', png.subarray(0, 8), 'its end too early'],
  ['a file that is cut', png.subarray(0, -20), 'its end within the chunk IDAT'],
  ['a file without its last chunk', png.subarray(0, -12), 'its end too early'],
  ['a damaged header', damaged(20), 'a wrong checksum of the chunk IHDR'],
  ['damaged data', damaged(HEADER_END + 9), 'a wrong checksum of the chunk IDAT'],
  [
    'a missing header',
    Buffer.concat([png.subarray(0, 8), png.subarray(HEADER_END)]),
    'the chunk IDAT before the header',
  ],
  ['no pixels', withHeader(3, 0), 'an image of 1×0 pixels'],
  ['three bits', withHeader(8, 3), 'color type 0 with 3 bits'],
  ['an unknown color type', withHeader(9, 7), 'color type 7 with 8 bits'],
  ['another interlacing', withHeader(12, 2), 'compression 0, filter 0, interlacing 2'],
  ['a palette of half a color', inserted(chunkOf('PLTE', Uint8Array.of(1))), 'a palette of 1 bytes'],
  [
    'a critical chunk of tomorrow',
    inserted(chunkOf('CRIT', new Uint8Array(0))),
    'the chunk CRIT, which no reader knows',
  ],
])('refuses %s', (_, bytes, message) => {
  expect(() => readChunks(bytes)).toThrow(message);
});
