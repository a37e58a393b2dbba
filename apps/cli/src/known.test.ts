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

it.each(['columns:1', 'mask:', 'rows:-1'])('refuses %s, and says what there is, masks among it', async (text) => {
  await expect(knownMask(text, image)).rejects.toThrow(UsageError);
  await expect(knownMask(text, image)).rejects.toThrow(
    /^--known: wanted rows:N .*; or mask:file\.png \(white is known, black is not\), got "[^"]*"$/,
  );
});

it.each([
  ['rows:2', 'which is all'],
  ['rows:3', 'which goes beyond it'],
  ['box:0,0,3,1', 'which goes beyond it'],
  ['rows:0', 'which is nothing of it'],
  ['box:0,0,0,2', 'which is nothing of it'],
])('refuses %s, %s', async (text, why) => {
  await expect(knownMask(text, image)).rejects.toThrow(UsageError);
  await expect(knownMask(text, image)).rejects.toThrow(
    `--known: wanted a part of an image of 2×3 pixels, got "${text}", ${why}`,
  );
});

it('refuses a mask that is grey, all white, all black, or of another size', async () => {
  const refused = async (...data: number[]) => expect(knownMask(`mask:${await png(...data)}`, image)).rejects;
  await (await refused(255, 0, 0, 0, 7, 255)).toThrow(
    'wanted a mask in black and white, found grey 7 in row 1, column 1',
  );
  await (await refused(255, 255, 255, 255, 255, 255)).toThrow(
    'wanted a mask with black pixels, to complete, found none',
  );
  await (await refused(0, 0, 0, 0, 0, 0)).toThrow('wanted a mask with white pixels, which are known, found none');
  await (await refused(255, 0, 0)).toThrow('wanted an image of 2×3 pixels, found 1×3');
});
