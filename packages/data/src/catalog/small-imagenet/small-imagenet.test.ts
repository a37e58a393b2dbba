import { mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { fetchDataset } from '../../fetch/fetch-dataset.ts';
import { datasetFiles } from '../../files/dataset-files.ts';
import { noise, temporaryFolder } from '../../testing/fixtures.ts';
import { JPEGS } from '../../testing/jpegs.ts';
import { writePng } from '../../testing/write-png.ts';
import { writeZip } from '../../testing/write-zip.ts';
import { openDataset } from '../open-dataset.ts';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const BYTES = 3 * PLANE;

/** Planar, as in the batches. */
const train = [noise(2 * BYTES, 1), noise(3 * BYTES, 2)];
const valid = noise(2 * BYTES, 3);
/** The image as a data set gives it. */
const image = (batch: Uint8Array, index: number) =>
  Array.from({ length: BYTES }, (_, i) => batch[index * BYTES + (i % 3) * PLANE + Math.floor(i / 3)]);
const png = (batch: Uint8Array, index: number, [width, height] = [SIDE, SIDE]) =>
  writePng({ width, height, depth: 8, colorType: 2, values: image(batch, index) });

const npy = (type: string, shape: string, content: Uint8Array) => {
  const head = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117);
  return Buffer.concat([Buffer.from(`\x93NUMPY\x01\x00v\x00${head}\n`, 'latin1'), content]);
};

/** The labels of images: 1000, 1, 2, …, as the batches count. */
const labelsOf = (count: number) => Array.from({ length: count }, (_, i) => i || 1000);

function npz(planes: Uint8Array, record = BYTES): Uint8Array {
  const count = planes.length / record;
  const labels = new Uint8Array(BigInt64Array.from(labelsOf(count), BigInt).buffer);
  return writeZip([
    { name: 'labels.npy', content: npy('<i8', `${count},`, labels) },
    { name: 'data.npy', content: npy('|u1', `${count}, ${record}`, planes), deflate: true },
  ]);
}

/** As Python 3 writes it (protocol 3), or Python 2. */
function pickle(planes: Uint8Array, operation: 'B' | 'T'): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(planes.length);
  const number = (value: number) => (value < 256 ? [0x4b, value] : [0x4d, value & 255, value >> 8]);
  return Buffer.concat([
    Buffer.from('\x80\x03}q\x00(X\x04\0\0\0dataq\x01cnumpy.core.multiarray\n_reconstruct\nq\x02', 'latin1'),
    Buffer.from(`(K\x01K\x02M\0\x0c\x86q\x0acnumpy\ndtype\nq\x0b\x89${operation}`, 'latin1'),
    length,
    planes,
    Buffer.from('q\x11tq\x12bX\x06\0\0\0labelsq\x13]q\x14(', 'latin1'),
    Buffer.from(labelsOf(planes.length / BYTES).flatMap(number)),
    Buffer.from('eu.', 'latin1'),
  ]);
}

const tar = (planes: Uint8Array, count: number) =>
  packTar([
    { header: { name: 'x/', size: 0, type: 'directory' } },
    { header: { name: 'x/._0.png', size: 2 }, body: Uint8Array.of(1, 2) },
    ...Array.from({ length: count }, (_, i) => {
      const body = png(planes, i);
      return { header: { name: `x/${i}.png`, size: body.length }, body };
    }),
  ]);

async function folderOf(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** Imports, and opens what has become of it. */
async function imported(files: Readonly<Record<string, Uint8Array>>) {
  const dataDir = await temporaryFolder();
  await fetchDataset('imagenet32', { dataDir, from: await folderOf(files) });
  return { dataDir, dataset: await openDataset('imagenet32', { dataDir }) };
}

const BATCHES = {
  'train_data_batch_1.npz': npz(train[0]),
  'train_data_batch_2.npz': npz(train[1]),
  'val_data.npz': npz(valid),
};

describe('small ImageNet', () => {
  it.each<[string, Readonly<Record<string, Uint8Array>>]>([
    ['npz', BATCHES],
    [
      'pickled batches',
      {
        train_data_batch_1: pickle(train[0], 'B'),
        train_data_batch_2: pickle(train[1], 'T'),
        val_data: pickle(valid, 'B'),
      },
    ],
    [
      'a folder of its name',
      Object.fromEntries(Object.entries(BATCHES).map(([name, file]) => [`imagenet32/${name}`, file])),
    ],
    [
      'what the published archives unpack to',
      Object.fromEntries(
        ['Imagenet32_train_part1', 'Imagenet32_train_part2', 'Imagenet32_val'].map((folder, i) => {
          const [name, file] = Object.entries(BATCHES)[i];
          return [`${folder}/${name}`, file];
        }),
      ),
    ],
  ])('is imported from %s as the new version', async (_, files) => {
    const { dataset } = await imported(files);
    expect(dataset.image).toEqual({ height: 32, width: 32, channels: 3, levels: 256 });
    expect(dataset.config).toMatchObject({ version: 'new', splits: { train: 5, valid: 2, test: 0 }, levels: 256 });
    expect(dataset.notes).toEqual([
      'version new: 5 images to train, 2 to validate, none to test',
      'not the whole of that version, which has 1281167 to train and 50000 to validate: results do not compare with published ones',
    ]);
    const { images, labels, count } = await dataset.read('train', [4, 0]);
    expect([count, ...images]).toEqual([2, ...image(train[1], 2), ...image(train[0], 0)]);
    expect({ classes: dataset.classes?.length, first: dataset.classes?.[0] }).toEqual({ classes: 1000, first: '1' });
    expect([...labels!, ...(await dataset.read('valid', [0, 1])).labels!]).toEqual([1, 999, 999, 0]);
    expect([...(await dataset.read('valid', [1])).images]).toEqual(image(valid, 1));
  });

  it('is imported from archives and folders of PNG files as the old version', async () => {
    const archives = await imported({
      'train_32x32.tar': await tar(train[1], 3),
      'valid_32x32.tar': await tar(valid, 2),
    });
    const folders = await imported({
      'train_32x32/0.png': png(train[1], 0),
      'train_32x32/1.png': png(train[1], 1),
      'train_32x32/2.png': png(train[1], 2),
      'valid_32x32/0.png': png(valid, 0),
      'valid_32x32/1.png': png(valid, 1),
    });
    for (const { dataset } of [archives, folders]) {
      expect(dataset.classes).toBeUndefined();
      expect(dataset.config).toMatchObject({ version: 'old', splits: { train: 3, valid: 2, test: 0 } });
      expect([...(await dataset.read('train', [2])).images]).toEqual(image(train[1], 2));
    }
    expect(folders.dataset.config).toEqual(archives.dataset.config);
  });

  it('is made of images of any size, by areas', async () => {
    const { dataset } = await imported({
      'train/a/1.png': writePng({
        width: 64,
        height: 32,
        depth: 8,
        colorType: 0,
        values: new Uint8Array(2048).map((_, i) => 10 * (i % 2)),
      }),
      'val/b/2.jpg': Buffer.from(JPEGS[0].file, 'base64'),
    });
    expect(dataset.config).toMatchObject({ version: 'made', splits: { train: 1, valid: 1, test: 0 } });
    expect(dataset.notes).toEqual(['version made: 1 images to train, 1 to validate, none to test']);
    expect(new Set((await dataset.read('train', [0])).images)).toEqual(new Set([5]));
  });

  it('may have fewer levels', async () => {
    const { dataDir } = await imported(BATCHES);
    const dataset = await openDataset('imagenet32', { dataDir, levels: 8 });
    expect([...(await dataset.read('train', [0])).images]).toEqual(image(train[0], 0).map((value) => value >> 5));
    await expect(openDataset('imagenet32', { dataDir, level: 8 })).rejects.toThrow('unknown option "level"');
  });

  it('keeps what was imported', async () => {
    const { dataDir } = await imported(BATCHES);
    const again = await fetchDataset('imagenet32', { dataDir });
    expect([again.written.length, again.present.length]).toEqual([0, 1]);
    expect(await datasetFiles('imagenet32', { dataDir })).toMatchObject({ missing: [] });
    expect(await datasetFiles('imagenet64', { dataDir })).toMatchObject({ missing: ['images.pack'] });
  });
});

describe('small ImageNet refuses', () => {
  const importing = async (files: Readonly<Record<string, Uint8Array>>) => {
    const dataDir = await temporaryFolder();
    const failed = fetchDataset('imagenet32', { dataDir, from: await folderOf(files) });
    return { dataDir, failed };
  };

  it.each<[string, Readonly<Record<string, Uint8Array>>, string]>([
    ['a folder without any of it', {}, 'found nothing of it in'],
    ['batches without validation', { 'train_data_batch_1.npz': npz(train[0]) }, 'found only train_data_batch_…'],
    [
      'batches of which one is missing',
      { 'train_data_batch_1.npz': npz(train[0]), 'train_data_batch_3.npz': npz(train[1]), 'val_data.npz': npz(valid) },
      'wanted train_data_batch_2.npz before those that follow, found none',
    ],
    [
      'batches of another size',
      { ...BATCHES, 'val_data.npz': npz(valid, 1536) },
      'wanted bytes of [n, 3072] in data, found |u1 of [4, 1536]',
    ],
    [
      'labels of no class',
      { ...BATCHES, 'val_data.npz': npz(new Uint8Array(1002 * BYTES)) },
      'wanted labels 0 to 999, found 1000 at record 1001',
    ],
    [
      'labels that are no numbers',
      {
        ...BATCHES,
        'val_data.npz': writeZip([
          { name: 'labels.npy', content: npy('<f4', '1,', new Uint8Array(4)) },
          { name: 'data.npy', content: npy('|u1', `1, ${BYTES}`, new Uint8Array(BYTES)) },
        ]),
      },
      'val_data.npz: wanted whole numbers in labels, found <f4',
    ],
    [
      'a batch without labels',
      { ...BATCHES, 'val_data.npz': writeZip([{ name: 'data.npy', content: npy('|u1', `2, ${BYTES}`, valid) }]) },
      'val_data.npz: wanted labels, as in ',
    ],
    ['another archive', { ...BATCHES, 'val_data.npz': writeZip([]) }, 'val_data.npz: wanted an array data, found none'],
    [
      'no array',
      { ...BATCHES, 'val_data.npz': writeZip([{ name: 'data.npy', content: Uint8Array.of(1) }]) },
      'val_data.npz: wanted an array data, found no array of NumPy',
    ],
    [
      'pickles of something else',
      { train_data_batch_1: valid, val_data: valid },
      'train_data_batch_1: wanted a pickled batch, found no array data',
    ],
    ['one archive of two', { 'train_32x32.tar': Uint8Array.of(1) }, 'found no valid_32x32.tar'],
    [
      'a damaged archive',
      { 'train_32x32.tar': Uint8Array.of(1), 'valid_32x32.tar': Uint8Array.of(1) },
      'train_32x32.tar: wanted a .tar archive, found a damaged one',
    ],
    [
      'images of another size',
      { 'train_32x32/a.png': png(valid, 0, [16, 64]), 'valid_32x32/a.png': png(valid, 0) },
      'wanted 32×32 pixels, found 64×16',
    ],
    [
      'no images to validate',
      { 'train/a.png': png(valid, 0) },
      'wanted a folder of validation images beside train/, found none',
    ],
  ])('%s, and leaves nothing', async (_, files, message) => {
    const { dataDir, failed } = await importing(files);
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toMatchObject({ name: 'DataError' });
    expect(await readdir(dataDir, { recursive: true })).not.toContainEqual(expect.stringMatching(/\.pack/));
  });

  it('to be downloaded, to be opened before it is there, and what is damaged', async () => {
    const dataDir = await temporaryFolder();
    await expect(fetchDataset('imagenet32', { dataDir })).rejects.toThrow(
      'fetch imagenet32: wanted --from <folder> with train_data_batch_1.npz',
    );
    await expect(openDataset('imagenet64', { dataDir })).rejects.toThrow(
      'run: pixelrnn fetch imagenet64 --from <folder>',
    );
    const there = (await imported(BATCHES)).dataDir;
    const pack = join(there, 'imagenet32', 'images.pack');
    await truncate(pack, BYTES);
    for (const open of [openDataset, fetchDataset])
      await expect(open('imagenet32', { dataDir: there })).rejects.toThrow(
        'images.pack: wanted a pack, found a file that does not end as one',
      );
    await rm(pack);
    await expect(openDataset('imagenet32', { dataDir: there })).rejects.toThrow('nothing of it is in');
  });
});
