import { encode } from 'fast-png';
import { expect, it } from 'vitest';
import { writePng } from '../../testing/write-png.ts';
import { pngLosses } from './png-losses.ts';

const png = (spec: object) => writePng({ width: 1, height: 1, depth: 8, colorType: 0, values: [1], ...spec });

it.each([
  ['grey', png({}), undefined],
  ['one bit', png({ depth: 1 }), undefined],
  ['a palette', png({ colorType: 3, values: [0], palette: [1, 2, 3] }), undefined],
  ['RGB', encode({ width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) }), undefined],
  ['16 bits', png({ depth: 16 }), 'samples of 16 bits'],
  ['grey with alpha', encode({ width: 1, height: 1, channels: 2, data: Uint8Array.of(1, 2) }), 'transparency'],
  ['RGBA', encode({ width: 1, height: 1, channels: 4, data: Uint8Array.of(1, 2, 3, 254) }), 'transparency'],
  ['RGBA that is opaque', encode({ width: 1, height: 1, channels: 4, data: Uint8Array.of(1, 2, 3, 255) }), undefined],
  ['a transparent grey', png({ transparency: [0, 1] }), 'transparency'],
  ['a transparent grey of no pixel', png({ transparency: [0, 7] }), undefined],
  [
    'a color that differs from the transparent one',
    png({ colorType: 2, values: [1, 2, 3], transparency: [0, 1, 0, 2, 0, 4] }),
    undefined,
  ],
  [
    'a clear color of a palette',
    png({ colorType: 3, values: [0], palette: [1, 2, 3], transparency: [9] }),
    'transparency',
  ],
  [
    'an opaque one beside it',
    png({ colorType: 3, values: [1], palette: [1, 2, 3, 4, 5, 6], transparency: [9] }),
    undefined,
  ],
  ['16 bits that 8 say as well', png({ depth: 16, values: [0x0707] }), undefined],
  [
    'RGBA of 16 bits, opaque but for the last bit',
    png({ depth: 16, colorType: 6, values: [0, 0, 0, 65534] }),
    'samples of 16 bits',
  ],
])('of %s', (_, bytes, losses) => expect(pngLosses(bytes)).toBe(losses));
