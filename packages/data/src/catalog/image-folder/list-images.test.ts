import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/fixtures.ts';
import { listImages } from './list-images.ts';

async function folderWith(paths: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), '');
  }
  return folder;
}

it('finds images at any depth and counts pictures that it does not read', async () => {
  const folder = await folderWith([
    'b.PNG',
    'c.jpg',
    'd.JPEG',
    'a/x.png',
    'a/b/y.png',
    'a/z.webp',
    'z.webp',
    'q.TIF',
    'notes.txt',
    'png',
  ]);
  expect(await listImages(folder)).toEqual({
    images: ['a/b/y.png', 'a/x.png', 'b.PNG', 'c.jpg', 'd.JPEG'],
    unread: new Map([
      ['.webp', 2],
      ['.tif', 1],
    ]),
  });
});

it('takes names that begin with a dot for no images', async () => {
  const folder = await folderWith([
    'x.png',
    '._x.png',
    '.ipynb_checkpoints/x-checkpoint.png',
    '__MACOSX/._x.png',
    '.png',
  ]);
  expect((await listImages(folder)).images).toEqual(['x.png']);
});

it('follows links, once around', async () => {
  const [folder, elsewhere] = [await folderWith(['a/x.png']), await folderWith(['y.png'])];
  await symlink(elsewhere, join(folder, 'linked'));
  await symlink(join(elsewhere, 'y.png'), join(folder, 'z.png'));
  await symlink(folder, join(folder, 'a', 'around'));
  expect((await listImages(folder)).images).toEqual(['a/x.png', 'linked/y.png', 'z.png']);
});

it('names a link that leads nowhere', async () => {
  const folder = await folderWith([]);
  await symlink(join(folder, 'gone.png'), join(folder, 'x.png'));
  await expect(listImages(folder)).rejects.toThrow(`cannot read ${join(folder, 'x.png')}: there is no such file`);
});
