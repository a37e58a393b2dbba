import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { JPEGS } from '../testing/jpegs.ts';
import { decodeImage } from './decode-image.ts';
import { decodeJpeg } from './jpeg.ts';

const bytesOf = (index: number) => Uint8Array.from(Buffer.from(JPEGS[index].file, 'base64'));

describe('decodeJpeg', () => {
  it.each(JPEGS.map((jpeg, index) => ({ ...jpeg, index })))('reads $name as Pillow does', async (jpeg) => {
    const { height, width, channels, pixels } = await decodeJpeg(bytesOf(jpeg.index), 'f.jpg');
    expect([height, width, channels]).toEqual([jpeg.height, jpeg.width, 3]);
    const found: number[] = [];
    for (let row = 0; row < height; row += 4)
      for (let column = 0; column < width; column += 4)
        found.push(...pixels.subarray((row * width + column) * 3, (row * width + column) * 3 + 3));
    expect(found).toEqual(jpeg.blocks);
  });

  it.each<[string, Uint8Array, string]>([
    ['cut', bytesOf(0).subarray(0, -30), 'f.jpg: wanted a JPEG image, found: Premature end of JPEG file'],
    ['cut in its header', bytesOf(0).subarray(0, 100), 'f.jpg: wanted a JPEG image, found: '],
    ['empty', new Uint8Array(0), 'f.jpg: wanted a JPEG image, found: Empty input file'],
    ['a GIF', new TextEncoder().encode('GIF89a'), 'f.jpg: wanted a JPEG image, found: Not a JPEG file'],
  ])('refuses what is %s, and goes on', async (_, bytes, message) => {
    const [bad, good] = await Promise.allSettled([decodeJpeg(bytes, 'f.jpg'), decodeJpeg(bytesOf(0), 'g.jpg')]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining(message) } });
    expect(good.status).toBe('fulfilled');
  });
});

describe('decodeImage', () => {
  it('goes by the first bytes, not by the name', async () => {
    const png = encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(7) });
    expect(await decodeImage(png, 'x.jpg')).toMatchObject({ width: 1, channels: 1 });
    expect(await decodeImage(bytesOf(0), 'x.png')).toMatchObject({ width: 9, channels: 3 });
    await expect(decodeImage(Uint8Array.of(1), 'x.png')).rejects.toThrow('x.png: wanted a PNG image');
  });
});
