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
  ['RGBA', encode({ width: 1, height: 1, channels: 4, data: Uint8Array.of(1, 2, 3, 255) }), 'transparency'],
  ['a transparent grey', png({ transparency: [0, 7] }), 'transparency'],
])('of %s', (_, bytes, losses) => expect(pngLosses(bytes)).toBe(losses));
