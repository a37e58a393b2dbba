import { describe, expect, it } from 'vitest';
import { noise } from '../testing/fixtures.ts';
import { JPEGS } from '../testing/jpegs.ts';
import { chunkOf, writePng } from '../testing/write-png.ts';
import { FIRST_BYTES, type FileEnds, glance, LAST_BYTES } from './glance.ts';

const small = writePng({ width: 3, height: 2, depth: 8, colorType: 2, values: noise(18) });
/** Behind its header as many bytes of no meaning as make it longer than what is looked at. */
const large = Buffer.concat([small.subarray(0, 33), chunkOf('tEXt', new Uint8Array(2 ** 17)), small.subarray(33)]);
const jpeg = Buffer.from(JPEGS[0].file, 'base64');

const ends = (bytes: Uint8Array): FileEnds => ({
  first: bytes.subarray(0, FIRST_BYTES),
  last: bytes.subarray(-LAST_BYTES),
  isAll: bytes.length < FIRST_BYTES,
});
const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

describe('glance', () => {
  it.each([
    ['a small PNG', small, { format: 'png', height: 2, width: 3, channels: 3 }],
    ['a large PNG', large, { format: 'png', height: 2, width: 3, channels: 3 }],
    ['a JPEG', jpeg, { format: 'jpeg', height: JPEGS[0].height, width: JPEGS[0].width, channels: 3 }],
    [
      'a JPEG of grey',
      Buffer.from(JPEGS[3].file, 'base64'),
      { format: 'jpeg', height: JPEGS[3].height, width: JPEGS[3].width, channels: 1 },
    ],
  ])('reads the header of %s', (_, bytes, header) => {
    expect(glance(ends(bytes))).toEqual(header);
  });

  it.each([
    ['a small PNG that is cut', small.subarray(0, -1)],
    ['a small PNG with a flipped bit of data', flipped(small, 45)],
    ['a large PNG that is cut', large.subarray(0, -1)],
    ['a large PNG with a damaged header', flipped(large, 18)],
    ['a JPEG that is cut', jpeg.subarray(0, -2)],
    ['a JPEG without a frame', Buffer.of(0xff, 0xd8, 0xff, 0xda, 0, 4, 0, 0, 0, 0, 0, 0, 0xff, 0xd9)],
    ['the end of a JPEG too early', Buffer.of(0xff, 0xd8, 0xff, 0xd9)],
    ['a page of the web', Buffer.from('<html></html>')],
    ['nothing', new Uint8Array(0)],
  ])('cannot tell of %s', (_, bytes) => {
    expect(glance(ends(bytes))).toBeUndefined();
  });
});
