import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { datasetFiles } from './dataset-files.ts';

async function dataDir(...files: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pixelrnn-files-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const file of files) {
    await mkdir(join(folder, file, '..'), { recursive: true });
    await writeFile(join(folder, file), '');
  }
  return folder;
}

it('names what is not there, packed or not', async () => {
  const folder = await dataDir('mnist/train-images-idx3-ubyte.gz', 'mnist/t10k-labels-idx1-ubyte');
  expect(await datasetFiles('mnist', { dataDir: folder })).toEqual({
    folder: join(folder, 'mnist'),
    bytes: 54_950_048,
    found: [join(folder, 'mnist/train-images-idx3-ubyte.gz'), join(folder, 'mnist/t10k-labels-idx1-ubyte')],
    missing: ['train-labels-idx1-ubyte', 't10k-images-idx3-ubyte'],
  });
});

it('takes an archive for all of them', async () => {
  const folder = await dataDir('cifar10/cifar-10-binary.tar.gz');
  expect(await datasetFiles('cifar10', { dataDir: folder })).toMatchObject({
    bytes: 184_380_000,
    found: [join(folder, 'cifar10/cifar-10-binary.tar.gz')],
    missing: [],
  });
});

it('knows of none where a data set is embedded or a folder of images', async () => {
  expect(await datasetFiles('digits')).toBeUndefined();
  expect(await datasetFiles('image-folder')).toBeUndefined();
});
