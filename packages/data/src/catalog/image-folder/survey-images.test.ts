import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { noise, temporaryFolder } from '../../testing/fixtures.ts';
import { JPEGS } from '../../testing/jpegs.ts';
import { writePng } from '../../testing/write-png.ts';
import { surveyImages } from './survey-images.ts';

async function folderOf(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

const grey = (width: number, height: number, depth = 8) =>
  writePng({ width, height, depth, colorType: 0, values: noise(width * height).map((value) => value >> (8 - depth)) });
const rgb = (values: readonly number[]) => writePng({ width: 1, height: 1, depth: 8, colorType: 2, values });

it('tells the sizes of all images, whatever their format', async () => {
  const folder = await folderOf({
    'train/a.png': grey(3, 2),
    'train/b.png': grey(3, 2),
    'c.jpg': Buffer.from(JPEGS[0].file, 'base64'),
    'broken.png': Buffer.from('no image'),
  });
  expect(await surveyImages(folder)).toEqual({
    count: 4,
    sizes: [
      { height: 2, width: 3, count: 2 },
      { height: JPEGS[0].height, width: JPEGS[0].width, count: 1 },
    ],
    channels: 3,
    levels: 256,
    decoded: 3,
  });
});

it.each<[string, readonly Uint8Array[], object]>([
  ['black and white', [grey(4, 4, 1)], { channels: 1, levels: 2 }],
  ['black and white in RGB', [rgb([0, 0, 0]), rgb([255, 255, 255])], { channels: 1, levels: 2 }],
  ['grey', [grey(4, 4, 1), grey(4, 4)], { channels: 1, levels: 256 }],
  ['grey in RGB', [rgb([9, 9, 9])], { channels: 1, levels: 256 }],
  ['one color', [grey(4, 4), rgb([9, 9, 8])], { channels: 3, levels: 256 }],
  ['the pure colors', [rgb([255, 0, 0])], { channels: 3, levels: 256 }],
])('tells %s', async (_, images, found) => {
  const folder = await folderOf(Object.fromEntries(images.map((image, i) => [`${i}.png`, image])));
  expect(await surveyImages(folder)).toMatchObject(found);
});

it('wants images', async () => {
  const folder = await folderOf({ 'a.png': Buffer.from('no image') });
  await expect(surveyImages(folder)).rejects.toThrow(
    `image-folder: wanted .png or .jpg files below ${folder}, found none to read`,
  );
});
