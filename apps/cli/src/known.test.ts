import { writeFile } from 'node:fs/promises';
import { UsageError } from '@pixelrnn/shell';
import { encode } from 'fast-png';
import { expect, it } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { knownMask } from './known.ts';

const at = temporaryFolder();
const image = { height: 2, width: 3, channels: 3, levels: 2 };

/** A mask of bytes as a PNG; returns its path. */
async function png(...data: number[]): Promise<string> {
  await writeFile(
    at('mask.png'),
    encode({ width: 3, height: data.length / 3, channels: 1, data: Uint8Array.from(data) }),
  );
  return at('mask.png');
}

it('marks the pixels of a part', async () => {
  expect([...(await knownMask('left:2', image))]).toEqual([1, 1, 0, 1, 1, 0]);
});

it('reads a mask, white for known', async () => {
  expect([...(await knownMask(`mask:${await png(255, 0, 0, 0, 0, 255)}`, image))]).toEqual([1, 0, 0, 0, 0, 1]);
});

it.each(['columns:1', 'rows:2', 'mask:'])('refuses %s', async (text) => {
  await expect(knownMask(text, image)).rejects.toThrow(UsageError);
  await expect(knownMask(text, image)).rejects.toThrow('--known: wanted ');
});

it('refuses a mask that is grey, all white, or of another size', async () => {
  const refused = async (...data: number[]) => expect(knownMask(`mask:${await png(...data)}`, image)).rejects;
  await (await refused(255, 0, 0, 0, 7, 255)).toThrow(
    'wanted a mask in black and white, found grey 7 in row 1, column 1',
  );
  await (await refused(255, 255, 255, 255, 255, 255)).toThrow(
    'wanted a mask with black pixels, to complete, found none',
  );
  await (await refused(255, 0, 0)).toThrow('wanted an image of 2×3 pixels, found 1×3');
});
