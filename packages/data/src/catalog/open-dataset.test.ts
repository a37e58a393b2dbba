import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '../data-error.ts';
import { pixelDataset } from '../dataset/pixel-dataset.ts';
import { resolveOptions } from '../options.ts';
import { idx, temporaryFolder } from '../testing/fixtures.ts';
import { type DatasetHost, datasetNames, openDataset, registerDataset, usesDataFolder } from './open-dataset.ts';

describe('openDataset', () => {
  it('knows twelve data sets', () => {
    expect(datasetNames()).toEqual([
      'digits',
      'mnist',
      'binarized-mnist',
      'cifar10',
      'image-folder',
      'fashion-mnist',
      'kmnist',
      'cifar100',
      'emnist',
      'imagenet32',
      'imagenet64',
      'pack',
    ]);
  });

  it('opens the digits with no files', async () => {
    const dataset = await openDataset('digits', { dataDir: '/nowhere', levels: 2 });
    expect(dataset.image.levels).toBe(2);
  });

  it.each(['mnist', 'binarized-mnist', 'cifar10', 'fashion-mnist', 'kmnist', 'cifar100'])(
    'names the command that gets %s',
    async (name) => {
      const dataDir = await temporaryFolder();
      const opening = openDataset(name, { dataDir });
      await expect(opening).rejects.toBeInstanceOf(DataError);
      await expect(opening).rejects.toThrow(`is not in ${join(dataDir, name)}; run: pixelrnn fetch ${name}`);
    },
  );

  it('refuses files of the right name and form that are other data', async () => {
    const dataDir = await temporaryFolder();
    await mkdir(join(dataDir, 'mnist'));
    const other = idx([60_000, 28, 28], new Uint8Array(60_000 * 784));
    await writeFile(join(dataDir, 'mnist', 'train-images-idx3-ubyte'), other);
    await expect(openDataset('mnist', { dataDir })).rejects.toThrow(
      /train-images-idx3-ubyte: wanted train-images-idx3-ubyte with sha256 ba89\w+, found sha256/,
    );
  });

  it('refuses unknown names and options before it reads anything', async () => {
    await expect(openDataset('imagenet')).rejects.toThrow('openDataset: wanted one of digits, mnist');
    await expect(openDataset('toString')).rejects.toThrow('got "toString"');
    await expect(openDataset('mnist', { dataDir: '/nowhere', binarise: 'none' })).rejects.toThrow(
      'mnist: unknown option "binarise"',
    );
  });

  it('looks for images in the data folder', async () => {
    const dataDir = await temporaryFolder();
    await expect(openDataset('image-folder', { dataDir })).rejects.toThrow(
      `cannot read ${join(dataDir, 'image-folder')}`,
    );
  });
});

describe('registerDataset', () => {
  /** A contributor's data set: `size` images of one pixel, all alike. */
  const flat = (given: object, { folder }: DatasetHost) => {
    const { level, size } = resolveOptions('flat', { level: 0, size: 4 }, given);
    const pixels = { pixels: new Uint8Array(size).fill(level) };
    const dataset = pixelDataset({
      name: 'flat',
      height: 1,
      width: 1,
      channels: 1,
      sourceLevels: 256,
      splits: { train: pixels, valid: pixels, test: pixels },
      quantize: { binarize: 'none', levels: undefined, seed: undefined },
    });
    return { ...dataset, config: { ...dataset.config, level, folder } };
  };

  it('opens what others bring, with its options and its folder', async () => {
    registerDataset('flat', flat);
    const dataDir = await temporaryFolder();
    const dataset = await openDataset('flat', { dataDir, level: 7 });
    expect((await dataset.read('test', [3])).images).toEqual(Float32Array.of(7));
    expect(dataset.config).toMatchObject({ level: 7, folder: join(dataDir, 'flat') });
    expect(datasetNames()).toContain('flat');
    await expect(openDataset('flat', { colour: 1 })).rejects.toThrow('flat: unknown option "colour"');
  });

  it('refuses a name that is taken', () => {
    expect(() => registerDataset('digits', flat)).toThrow('registerDataset: "digits" is taken by another factory');
  });
});

it('knows which data sets read the data folder', () => {
  expect(datasetNames().filter((name) => !usesDataFolder(name))).toEqual(['digits', 'pack']);
  expect(usesDataFolder('image-folder', { folder: 'x' })).toBe(false);
});
