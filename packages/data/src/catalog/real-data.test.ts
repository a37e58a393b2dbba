import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset, Split } from '../dataset/dataset.ts';
import { fetchDataset } from '../fetch/fetch-dataset.ts';
import { dataFolder } from '../files/data-folder.ts';
import { temporaryFolder } from '../testing/fixtures.ts';
import { openDataset } from './open-dataset.ts';

// The real files, as far as they are in the data folder.
const dataDir = dataFolder();
const has = (file: string) => existsSync(join(dataDir, file));

async function everything(dataset: Dataset, split: Split) {
  return dataset.read(
    split,
    Array.from({ length: dataset.size(split) }, (_, i) => i),
  );
}

/** Mean of every `stride`-th value from `offset` on. */
function mean(values: ArrayLike<number>, stride = 1, offset = 0): number {
  let sum = 0;
  for (let i = offset; i < values.length; i += stride) sum += values[i];
  return (sum / values.length) * stride;
}

function counts(labels: Int32Array) {
  const found = new Array<number>(10).fill(0);
  for (const label of labels) found[label]++;
  return found;
}

describe.runIf(has('mnist/train-images-idx3-ubyte.gz'))('MNIST', () => {
  it('has the published sizes, label counts and mean', async () => {
    const dataset = await openDataset('mnist', { dataDir, binarize: 'none', validSize: 0 });
    expect([dataset.size('train'), dataset.size('valid'), dataset.size('test')]).toEqual([60_000, 0, 10_000]);
    const train = await everything(dataset, 'train');
    expect(mean(train.images) / 255).toBeCloseTo(0.13066, 4);
    expect(counts(train.labels!)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(mean((await everything(dataset, 'test')).images) / 255).toBeCloseTo(0.13251, 4);
  });

  it('holds back the last 10,000 of the train files', async () => {
    const all = await openDataset('mnist', { dataDir, validSize: 0 });
    const split = await openDataset('mnist', { dataDir });
    expect([split.size('train'), split.size('valid')]).toEqual([50_000, 10_000]);
    expect(await split.read('valid', [0, 9_999])).toEqual(await all.read('train', [50_000, 59_999]));
  });
});

describe.runIf(has('binarized-mnist/binarized_mnist_train.amat.gz'))('binarized MNIST', () => {
  it('has 50,000 / 10,000 / 10,000 images of bits', async () => {
    const dataset = await openDataset('binarized-mnist', { dataDir });
    expect(dataset.image).toEqual({ height: 28, width: 28, channels: 1, levels: 2 });
    expect(dataset.config.splits).toEqual({ train: 50_000, valid: 10_000, test: 10_000 });
    expect(dataset.config.binarize).toBe('fixed');
    const test = await everything(dataset, 'test');
    expect(new Set(test.images)).toEqual(new Set([0, 1]));
    expect(mean(test.images)).toBeCloseTo(0.1325, 3);
  });
});

describe.runIf(has('cifar10/data_batch_1.bin') || has('cifar10/cifar-10-binary.tar.gz'))('CIFAR-10', () => {
  it('has the published sizes and channel means', async () => {
    const dataset = await openDataset('cifar10', { dataDir });
    expect(dataset.config.splits).toEqual({ train: 45_000, valid: 5_000, test: 10_000 });
    const { images, labels } = await everything(dataset, 'test');
    expect(counts(labels!)).toEqual(new Array(10).fill(1000));
    const means = [0, 1, 2].map((channel) => mean(images, 3, channel) / 255);
    expect(means.map((value) => value.toFixed(3))).toEqual(['0.494', '0.485', '0.450']);
  });
});

describe.runIf(has('cifar10/data_batch_1.bin.xz') && !has('cifar10/data_batch_1.bin'))('CIFAR-10 as .xz', () => {
  it('says how to decompress it', async () => {
    await expect(openDataset('cifar10', { dataDir })).rejects.toThrow(/data_batch_1\.bin\.xz: .*xz -dk/);
  });
});

describe.runIf(has('kodak/kodim01.png'))('Kodak as an image folder', () => {
  it('reads photographs as small RGB images', async () => {
    const dataset = await openDataset('image-folder', { folder: join(dataDir, 'kodak') });
    const total = dataset.size('train') + dataset.size('valid') + dataset.size('test');
    expect(total).toBe(24);
    const { images } = await dataset.read('train', [0, 1]);
    expect(images.length).toBe(2 * 32 * 32 * 3);
    expect(mean(images)).toBeGreaterThan(50);
    expect(mean(images)).toBeLessThan(200);
  });
});

describe.runIf(has('imagenet/imagenet_sample1000_32x32_box.npz'))('a thousand images of small ImageNet', () => {
  it.each([
    [32, 329_260, [101, 150, 76], 115.77],
    [64, 1_317_614, [103, 151, 77], 115.86],
  ] as const)('are at %i×%i what NumPy reads', async (size, sum, corner, average) => {
    const from = await temporaryFolder();
    const sample = join(dataDir, 'imagenet', `imagenet_sample1000_${size}x${size}_box.npz`);
    for (const name of ['train_data_batch_1.npz', 'val_data.npz']) await symlink(sample, join(from, name));
    const own = await temporaryFolder();
    await fetchDataset(`imagenet${size}`, { dataDir: own, from });
    const dataset = await openDataset(`imagenet${size}`, { dataDir: own });
    const { images } = await dataset.read('valid', [7]);
    expect([images.reduce((total, value) => total + value, 0), ...images.subarray(0, 3)]).toEqual([sum, ...corner]);
    expect(mean((await everything(dataset, 'train')).images)).toBeCloseTo(average, 1);
  });
});
