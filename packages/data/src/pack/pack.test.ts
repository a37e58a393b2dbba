import { open, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digits } from '../catalog/digits.ts';
import { openDataset } from '../catalog/open-dataset.ts';
import { type Dataset, SPLITS, type Split } from '../dataset/dataset.ts';
import { pixelDataset } from '../dataset/pixel-dataset.ts';
import { degraded } from '../degrade/degraded.ts';
import { noise, temporaryFolder } from '../testing/fixtures.ts';
import { packDataset } from './pack-dataset.ts';
import { packed } from './packed.ts';
import { verifyPack } from './verify-pack.ts';
import { type PackPart, writePack } from './write-pack.ts';

const own = pixelDataset({
  name: 'own',
  height: 2,
  width: 3,
  channels: 3,
  sourceLevels: 256,
  splits: {
    train: { pixels: noise(70 * 18, 1), labels: Uint8Array.from({ length: 70 }, (_, i) => i % 3) },
    valid: { pixels: noise(2 * 18, 2), labels: Uint8Array.of(2, 0) },
    test: { pixels: noise(0), labels: Uint8Array.of() },
  },
  classes: ['a', 'b', 'c'],
});

async function packOf(dataset: Dataset): Promise<string> {
  const path = join(await temporaryFolder(), 'images.pack');
  await packDataset(dataset, path);
  return path;
}

const all = (dataset: Dataset, split: Split) =>
  dataset.read(
    split,
    Array.from({ length: dataset.size(split) }, (_, i) => i),
  );

it('gives the images and labels of the data set that it was made of, in any order', async () => {
  const pack = await packed({ file: await packOf(own) });
  expect(pack.image).toEqual(own.image);
  expect(pack.classes).toEqual(own.classes);
  expect(pack.notes).toEqual(['70 images of own to train, 2 to validate, 0 to test']);
  for (const split of SPLITS) expect(await all(pack, split)).toEqual(await all(own, split));
  const order = [69, 3, 4, 5, 0, 4];
  expect(await pack.read('train', order)).toEqual(await own.read('train', order));
  await expect(pack.read('valid', [2])).rejects.toThrow('pack: valid has images 0 to 1, asked for 2');
});

it('takes two bytes for more than 256 levels', async () => {
  const pixels = Uint16Array.from({ length: 8 }, (_, i) => i * 9000);
  const none = { pixels: new Uint16Array() };
  const splits = { train: { pixels }, valid: none, test: none };
  const codes = pixelDataset({ name: 'codes', height: 2, width: 2, channels: 1, sourceLevels: 2 ** 16, splits });
  const pack = await packed({ file: await packOf(codes) });
  expect(pack.image.levels).toBe(2 ** 16);
  expect([...(await pack.read('train', [0, 1])).images]).toEqual([...pixels]);
});

it('makes fewer levels or bits of what was packed', async () => {
  const file = await packOf(own);
  const [source] = [(await all(own, 'valid')).images];
  const pack = await openDataset('pack', { file, levels: 4 });
  expect(pack.image.levels).toBe(4);
  expect([...(await all(pack, 'valid')).images]).toEqual([...source].map((level) => level >> 6));
  const bits = await openDataset('pack', { file, binarize: 'stochastic', seed: 1 });
  expect((await bits.read('valid', [0], 1)).images).not.toEqual((await bits.read('valid', [0], 2)).images);
});

it('says in its conditions what it was made of, and which images they are', async () => {
  const pack = await packed({ file: await packOf(own) });
  const again = await packed({ file: await packOf(own) });
  const others = await packed({ file: await packOf(digits()) });
  expect(pack.config).toMatchObject({ name: 'pack', of: own.config, splits: { train: 70, valid: 2, test: 0 } });
  expect(again.config).toEqual(pack.config);
  expect(others.config.content).not.toEqual(pack.config.content);
});

it('is verified as a whole, with progress', async () => {
  const file = await packOf(own);
  const seen: number[][] = [];
  expect(await verifyPack(file, { onProgress: (...progress) => seen.push(progress) })).toMatchObject({
    splits: { train: 70, valid: 2, test: 0 },
  });
  expect(seen.at(-1)![0]).toBe(seen.at(-1)![1]);
  const damaged = await open(file, 'r+');
  await damaged.write(Uint8Array.of(1, 2, 3), 0, 3, 100);
  await damaged.close();
  await expect(verifyPack(file)).rejects.toThrow(/images\.pack: wanted images with SHA-256 [\da-f]{64}, found/);
  await expect(verifyPack(file, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
});

describe('a pack that is damaged is refused', () => {
  it.each<[string, (bytes: Buffer) => Buffer, string]>([
    ['another file', () => Buffer.from('hello'), 'wanted a pack, found a file that does not end as one'],
    ['an empty one', () => Buffer.alloc(0), 'wanted a pack, found a file that does not end as one'],
    ['one cut short', (bytes) => bytes.subarray(0, -1), 'wanted a pack, found a file that does not end as one'],
    [
      'of another format',
      (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.of(9)]),
      'wanted a pack of format 1, found format 9',
    ],
    ['with a damaged index', (bytes) => flipped(bytes, bytes.length - 60), 'wanted a whole index, found a damaged one'],
    ['with a damaged hash', (bytes) => flipped(bytes, bytes.length - 20), 'wanted a whole index, found a damaged one'],
    [
      'with a length that leads out of the file',
      (bytes) => flipped(bytes, bytes.length - 10),
      'wanted a whole index, found a damaged one',
    ],
    ['without its first images', (bytes) => bytes.subarray(18), 'bytes, found'],
  ])('%s', async (_, change, message) => {
    const file = await packOf(own);
    await writeFile(file, change(await readFile(file)));
    await expect(packed({ file })).rejects.toThrow(`${file}: `);
    await expect(packed({ file })).rejects.toThrow(message);
  });

  it('where images are missing since it was opened', async () => {
    const file = await packOf(own);
    const pack = await packed({ file });
    await truncate(file, 30);
    await expect(pack.read('train', [1])).rejects.toThrow('images.pack: wanted 18 bytes at 26, found 4');
  });

  it('where there is none', async () => {
    await expect(packed({})).rejects.toThrow('pack: wanted the path of a pack as file, got undefined');
    await expect(packed({ file: '/nowhere.pack' })).rejects.toThrow('cannot read /nowhere.pack');
  });
});

const flipped = (bytes: Buffer, at: number) => {
  bytes[at] ^= 64;
  return bytes;
};

it('is written from bytes as they are', async () => {
  const path = join(await temporaryFolder(), 'bytes.pack');
  const images = noise(12, 7);
  const head = { name: 'bytes', image: { height: 2, width: 3, channels: 1, levels: 256 }, config: {} };
  async function* parts(): AsyncGenerator<PackPart> {
    yield { split: 'train', images };
  }
  await writePack(path, head, parts());
  const pack = await packed({ file: path });
  expect([...(await pack.read('train', [0, 1])).images]).toEqual([...images]);
});

describe('what cannot be packed is refused, and leaves nothing', () => {
  const head = { name: 'x', image: { height: 1, width: 2, channels: 1, levels: 4 }, config: {} };
  async function* parts(...given: PackPart[]) {
    yield* given;
  }
  const part = (split: Split, ...images: number[]): PackPart => ({ split, images });

  it.each<[string, () => AsyncIterable<PackPart>, string]>([
    ['part of an image', () => parts(part('train', 1, 2, 3)), 'wanted images of 2 levels, got 3 levels'],
    ['a level too high', () => parts(part('train', 1, 4)), 'wanted levels 0 to 3, got 4'],
    ['half a level', () => parts(part('train', 1, 0.5)), 'wanted levels 0 to 3, got 0.5'],
    [
      'splits in disorder',
      () => parts(part('valid', 1, 1), part('train', 1, 1)),
      'wanted all images of train, then of valid, then of test, got train late',
    ],
  ])('%s', async (_, images, message) => {
    const folder = await temporaryFolder();
    await expect(writePack(join(folder, 'x.pack'), head, images())).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual([]);
  });

  it('labels that are not of the images, and too many levels', async () => {
    const path = join(await temporaryFolder(), 'x.pack');
    const labelled = { ...head, classes: ['a', 'b'] };
    const of = (labels: number[]) => parts({ ...part('train', 1, 1), labels: Int32Array.from(labels) });
    await expect(writePack(path, labelled, of([2]))).rejects.toThrow('wanted labels 0 to 1, found 2');
    await expect(writePack(path, labelled, of([1, 1]))).rejects.toThrow('1 images but 2 labels');
    const many = { ...head, image: { ...head.image, levels: 70_000 } };
    await expect(writePack(path, many, parts(part('train', 1, 1)))).rejects.toThrow(
      'wanted at most 65536 levels, got 70000',
    );
  });

  it('what is interrupted', async () => {
    const folder = await temporaryFolder();
    const packing = packDataset(own, join(folder, 'x.pack'), { signal: AbortSignal.abort() });
    await expect(packing).rejects.toThrow('aborted');
    expect(await readdir(folder)).toEqual([]);
  });

  it('bits that are drawn anew, and images with maps', async () => {
    await expect(packOf(digits({ binarize: 'stochastic', seed: 1 }))).rejects.toThrow(
      'pack: wanted images that are the same in every epoch, got bits of digits that are drawn anew',
    );
    await expect(packOf(degraded(digits(), 'box:2'))).rejects.toThrow(
      'pack: wanted images alone, got digits with a map for each',
    );
  });
});
