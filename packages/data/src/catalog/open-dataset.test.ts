import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '../data-error.ts';
import { idx, temporaryFolder } from '../testing/fixtures.ts';
import { DATASET_DEFAULTS, DATASETS, openDataset } from './open-dataset.ts';

describe('openDataset', () => {
  it('knows five data sets and the defaults of their options', () => {
    expect(DATASETS).toEqual(['digits', 'mnist', 'binarized-mnist', 'cifar10', 'image-folder']);
    expect(Object.keys(DATASET_DEFAULTS)).toEqual(DATASETS);
  });

  it('opens the digits with no files', async () => {
    const dataset = await openDataset('digits', { dataDir: '/nowhere', levels: 2 });
    expect(dataset.image.levels).toBe(2);
  });

  it.each(['mnist', 'binarized-mnist', 'cifar10'])('names the command that gets %s', async (name) => {
    const dataDir = await temporaryFolder();
    const opening = openDataset(name, { dataDir });
    await expect(opening).rejects.toBeInstanceOf(DataError);
    await expect(opening).rejects.toThrow(`is not in ${join(dataDir, name)}; run: pixelrnn fetch ${name}`);
  });

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
