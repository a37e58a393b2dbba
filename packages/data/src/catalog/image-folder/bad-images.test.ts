import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { noise, temporaryFolder } from '../../testing/fixtures.ts';
import { JPEGS } from '../../testing/jpegs.ts';
import { chunkOf, writePng } from '../../testing/write-png.ts';
import { imageFolder } from './image-folder.ts';

const png = (width = 2, height = 2) =>
  writePng({ width, height, depth: 8, colorType: 0, values: noise(width * height, width) });
const jpeg = Buffer.from(JPEGS[0].file, 'base64');

/** Begins and ends as a PNG, is longer than what is looked at, and its data are none. */
const hollow = Buffer.concat([png().subarray(0, 33), chunkOf('IDAT', new Uint8Array(2 ** 17)), png().subarray(-12)]);

async function folderOf(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const split of ['train', 'valid', 'test']) await mkdir(join(folder, split));
  for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
  return folder;
}

const FILES = {
  'train/a.png': png(),
  'train/cut.png': png().subarray(0, -20),
  'train/empty.png': '',
  'train/good.jpg': jpeg,
  'train/hollow.png': hollow,
  'valid/cut.jpg': jpeg.subarray(0, -30),
  'test/page.png': '<html>',
} as const;
const SMALL = { height: 2, width: 2, channels: 1 } as const;
const BAD = ['train/cut.png', 'train/empty.png', 'valid/cut.jpg', 'test/page.png'];

it('names all images of all splits that cannot be read', async () => {
  const dataset = await imageFolder({ folder: await folderOf(FILES), ...SMALL });
  const bad = await dataset.badImages!();
  expect(bad.map(({ path }) => path)).toEqual(BAD);
  expect(bad[0].reason).toBe('wanted a PNG image, found its end within the chunk IDAT');
  for (const { reason } of bad) expect(reason).toMatch(/^wanted a (PNG|JPEG) image, found:? \S[^\n]*\S$/);
});

it('decodes what looks good only if it is to be thorough', async () => {
  const dataset = await imageFolder({ folder: await folderOf(FILES), ...SMALL });
  const paths = (await dataset.badImages!({ thorough: true })).map(({ path }) => path);
  expect(paths).toEqual([...BAD.slice(0, 2), 'train/hollow.png', ...BAD.slice(2)]);
});

it('finds what is gone, and what is too small or of a wrong size', async () => {
  const files = { 'train/a.png': png(4, 4), 'train/b.png': png(4, 4), 'train/c.png': png(4, 1) };
  const folder = await folderOf(files);
  const cropped = await imageFolder({ folder, ...SMALL, fit: 'crop' });
  const levels = await imageFolder({ folder, ...SMALL, height: 1, width: 4, values: 'levels', levels: 256 });
  await rm(join(folder, 'train/b.png'));
  const gone = { path: 'train/b.png', reason: expect.stringMatching(/^cannot read .*: there is no such file/) };
  expect(await cropped.badImages!()).toEqual([
    gone,
    { path: 'train/c.png', reason: 'wanted at least 2×2 pixels to crop, found 1×4' },
  ]);
  expect(await levels.badImages!()).toEqual([
    { path: 'train/a.png', reason: 'wanted 1×4 pixels, found 4×4: levels have no mean, so that only crop fits' },
    gone,
  ]);
});

it('tells how far it is, and can be stopped', async () => {
  const dataset = await imageFolder({ folder: await folderOf(FILES), ...SMALL });
  const told: number[][] = [];
  await dataset.badImages!({ onProgress: (...progress) => told.push(progress) });
  expect(told).toEqual([[0, 7]]);
  await expect(dataset.badImages!({ signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
});

it('reads the others as if the bad ones had never been, and knows that it is the same data', async () => {
  const folder = await folderOf(FILES);
  const before = await imageFolder({ folder, ...SMALL });
  await rm(join(folder, 'train/empty.png'));
  const options = { folder, ...SMALL, leaveOut: [...BAD, 'train/hollow.png'] };
  const dataset = await imageFolder(options);
  expect(dataset.config).toMatchObject({
    listing: before.config.listing,
    leftOut: 5,
    splits: { train: 2, valid: 0, test: 0 },
  });
  expect(dataset.notes?.at(-1)).toBe('5 images are left out as told, of which 1 are not there');
  expect(await dataset.badImages!({ thorough: true })).toEqual([]);
  expect((await dataset.read('train', [0, 1])).count).toBe(2);
  expect((await imageFolder({ ...options, leaveOut: ['train/other.png'] })).config.listing).not.toBe(
    before.config.listing,
  );
  await expect(imageFolder({ ...options, leaveOut: 'a.png' as never })).rejects.toThrow(
    'image-folder: leaveOut must be a list of paths, got String',
  );
});
