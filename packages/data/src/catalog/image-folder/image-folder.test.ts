import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/fixtures.ts';
import { JPEGS } from '../../testing/jpegs.ts';
import { writePng } from '../../testing/write-png.ts';
import { imageFolder } from './image-folder.ts';

async function folderWith(paths: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const [i, path] of paths.entries()) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(
      join(folder, path),
      encode({ width: 2, height: 2, channels: 1, data: new Uint8Array(4).fill(10 * i) }),
    );
  }
  return folder;
}

const SMALL = { height: 2, width: 2, channels: 1 } as const;

describe('imageFolder', () => {
  it('reads the subfolders train, valid and test', async () => {
    const folder = await folderWith(['train/b.PNG', 'train/deep/a.png', 'valid/c.png', 'test/d.png', 'other/e.png']);
    await writeFile(join(folder, 'train', 'notes.txt'), 'no image');
    const dataset = await imageFolder({ folder, ...SMALL });
    expect(dataset.config).toMatchObject({ splits: { train: 2, valid: 1, test: 1 }, fit: 'box', levels: 256 });
    const { images, count } = await dataset.read('train', [1, 0]);
    expect([count, ...images]).toEqual([2, 10, 10, 10, 10, 0, 0, 0, 0]);
  });

  it('reads files when they are asked for, and names one that is bad', async () => {
    const folder = await folderWith(['train/a.png', 'train/b.png', 'train/c.png']);
    const dataset = await imageFolder({ folder, ...SMALL });
    await writeFile(join(folder, 'train/a.png'), 'no image');
    await rm(join(folder, 'train/b.png'));
    await expect(dataset.read('train', [0])).rejects.toThrow(`${join(folder, 'train/a.png')}: wanted a PNG image`);
    await expect(dataset.read('train', [1])).rejects.toThrow(
      `cannot read ${join(folder, 'train/b.png')}: there is no such`,
    );
    expect((await dataset.read('train', [2])).images[0]).toBe(20);
  });

  it('fits, colors and quantizes', async () => {
    const folder = await folderWith(['train/0.png', 'train/1.png', 'train/a.png']);
    const options = { folder, height: 1, width: 1, channels: 3, levels: 26 } as const;
    const dataset = await imageFolder({ ...options, fit: 'crop' });
    expect(dataset.image).toEqual({ height: 1, width: 1, channels: 3, levels: 26 });
    expect([...(await dataset.read('train', [2])).images]).toEqual([2, 2, 2]);
  });

  it('says what it leaves out', async () => {
    const folder = await folderWith(['train/a.png', 'valid/b.png', 'extra/c.png', 'extra/d.png', 'e.png']);
    await writeFile(join(folder, 'train', 'f.WEBP'), '');
    const { notes } = await imageFolder({ folder, ...SMALL });
    expect(notes).toEqual([
      '1 images to train, 1 to validate, none to test, as the folders say',
      'images in no split are left out: no folder (1), extra (2)',
      'images of other kinds are left out: .webp (1)',
    ]);
    expect((await imageFolder({ folder: join(folder, 'train'), ...SMALL, split: 'hash' })).notes).toEqual([
      '1 images to train, none to validate, none to test, divided by a hash of their paths',
      'images of other kinds are left out: .webp (1)',
    ]);
  });

  it('keeps held-out images apart where splits are links', async () => {
    const [folder, elsewhere] = [await folderWith([]), await folderWith(['t/a.png', 'v/b.png'])];
    await symlink(join(elsewhere, 't'), join(folder, 'train'));
    await symlink(join(elsewhere, 'v'), join(folder, 'valid'));
    const dataset = await imageFolder({ folder, ...SMALL });
    expect(dataset.config.splits).toEqual({ train: 1, valid: 1, test: 0 });
    expect((await dataset.read('valid', [0])).images[0]).toBe(10);
  });

  it('reads JPEG files, too', async () => {
    const folder = await folderWith([]);
    await mkdir(join(folder, 'train'));
    await writeFile(join(folder, 'train', 'a.jpg'), Buffer.from(JPEGS[3].file, 'base64'));
    const dataset = await imageFolder({ folder, height: 6, width: 9, channels: 1 });
    expect((await dataset.read('train', [0])).images[0]).toBe(JPEGS[3].blocks[0]);
  });

  it('takes folders for classes', async () => {
    const paths = ['train/dog/a.png', 'train/cat/b.png', 'train/cat/deep/c.png', 'test/dog/d.png'];
    const folder = await folderWith(paths);
    const dataset = await imageFolder({ folder, ...SMALL, labels: 'folders' });
    expect(dataset.classes).toEqual(['cat', 'dog']);
    expect([...(await dataset.read('train', [0, 1, 2])).labels!]).toEqual([0, 0, 1]);
    expect([...(await dataset.read('test', [0])).labels!]).toEqual([1]);
    expect((await imageFolder({ folder, ...SMALL })).classes).toBeUndefined();
    await expect(
      imageFolder({ folder: await folderWith(['train/a.png']), ...SMALL, labels: 'folders' }),
    ).rejects.toThrow("image-folder: labels 'folders' wants each image in the folder of its class, found train/a.png");
  });

  it('knows the classes of Tiny ImageNet', async () => {
    const root = 'tiny-imagenet-200';
    const paths = [
      'train/n02/images/n02_0',
      'train/n01/images/n01_0',
      'val/images/val_0',
      'val/images/val_1',
      'test/images/test_0',
    ];
    const folder = await folderWith(paths.map((path) => `${root}/${path}.png`));
    await writeFile(
      join(folder, root, 'val', 'val_annotations.txt'),
      'val_0.png\tn02\t0\t32\t44\t62\nval_1.png\tn01\t52\t55\t57\t59\n',
    );
    const dataset = await imageFolder({ folder, ...SMALL, labels: 'folders' });
    expect(dataset.classes).toEqual(['n01', 'n02']);
    expect([...(await dataset.read('train', [0, 1])).labels!]).toEqual([0, 1]);
    expect([...(await dataset.read('valid', [0, 1])).labels!]).toEqual([1, 0]);
    expect(dataset.size('test')).toBe(0);
    expect(dataset.notes?.at(-1)).toBe('1 images to test have no class and are left out');
    expect((await imageFolder({ folder, ...SMALL })).size('test')).toBe(1);
  });

  it('takes the numbers of label maps and codes for levels', async () => {
    const folder = await folderWith([]);
    await mkdir(join(folder, 'train'));
    const write = (name: string, spec: object) =>
      writeFile(
        join(folder, 'train', name),
        writePng({ width: 2, height: 1, depth: 16, colorType: 0, ...spec } as never),
      );
    await write('a.png', { values: [511, 3] });
    await write('b.png', { depth: 4, colorType: 3, palette: new Array(48).fill(9), values: [15, 2] });
    await write('c.png', { values: [512, 0] });
    await write('d.png', { width: 4, values: [1, 2, 3, 4] });
    const options = { folder, height: 1, width: 2, channels: 1, values: 'levels', levels: 512 } as const;
    const dataset = await imageFolder(options);
    expect(dataset.image.levels).toBe(512);
    expect(dataset.config).toMatchObject({ values: 'levels', levels: 512 });
    expect([...(await dataset.read('train', [0, 1])).images]).toEqual([511, 3, 15, 2]);
    await expect(dataset.read('train', [2])).rejects.toThrow('c.png: wanted levels 0 to 511, found 512');
    await expect(dataset.read('train', [3])).rejects.toThrow(
      'd.png: wanted 1×2 pixels, found 1×4: levels have no mean',
    );
    const cropped = await imageFolder({ ...options, fit: 'crop' });
    expect([...(await cropped.read('train', [3])).images]).toEqual([2, 3]);
    await expect(imageFolder({ ...options, levels: undefined })).rejects.toThrow(
      "levels (with values 'levels') must be",
    );
    await expect(imageFolder({ ...options, channels: 3 })).rejects.toThrow(
      "channels (with values 'levels') must be one of 1",
    );
  });

  it('has the conditions that it had in former versions', async () => {
    const folder = await folderWith(['train/a.png', 'valid/b.png', 'test/c.png']);
    expect(Object.keys((await imageFolder({ folder, ...SMALL })).config).sort()).toEqual(
      ['binarize', 'channels', 'fit', 'folder', 'height', 'levels', 'listing', 'name', 'splits', 'width'].sort(),
    );
    expect((await imageFolder({ folder, ...SMALL })).config.listing).toBe('202fbf272c67e0a3');
  });

  it('has another listing when other files are there', async () => {
    const [one, two] = [await folderWith(['train/a.png']), await folderWith(['train/b.png'])];
    const listing = async (folder: string) => (await imageFolder({ folder, ...SMALL })).config.listing;
    expect(await listing(one)).not.toBe(await listing(two));
  });

  it('refuses folders without images and wrong options', async () => {
    const folder = await temporaryFolder();
    await expect(imageFolder({ folder })).rejects.toThrow(
      `wanted .png or .jpg files for training below ${folder}, found none`,
    );
    await expect(imageFolder({ folder: join(folder, 'no') })).rejects.toThrow(`cannot read ${join(folder, 'no')}`);
    await expect(imageFolder({ folder, height: 0 })).rejects.toThrow('height must be an integer ≥ 1, got 0');
    await expect(imageFolder({ folder, channels: 4 as 3 })).rejects.toThrow('channels must be one of 1, 3, got 4');
    await expect(imageFolder({ folder, size: 3 } as never)).rejects.toThrow('image-folder: unknown option "size"');
  });
});
