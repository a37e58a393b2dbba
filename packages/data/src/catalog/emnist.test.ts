import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { idx } from '../testing/fixtures.ts';
import { writeZip } from '../testing/write-zip.ts';
import { EMNIST_PARTS, emnist } from './emnist.ts';
import { emnistFiles } from './emnist-files.ts';

/** Two rows of three, as the files hold them: the upright image has three rows of two. */
const IMAGE = [1, 2, 3, 4, 5, 6];
const UPRIGHT = [1, 4, 2, 5, 3, 6];

const files = (labels: readonly number[], tests: readonly number[] = [labels[0]]) => ({
  trainImages: idx(
    [labels.length, 2, 3],
    labels.flatMap(() => IMAGE),
  ),
  trainLabels: idx([labels.length], labels),
  testImages: idx(
    [tests.length, 2, 3],
    tests.flatMap(() => IMAGE),
  ),
  testLabels: idx([tests.length], tests),
});

describe('emnist', () => {
  it('stands images upright, and validates on as many as it tests', async () => {
    const dataset = emnist(files([3, 46, 10, 36], [9, 1]));
    expect(dataset.image).toEqual({ height: 3, width: 2, channels: 1, levels: 256 });
    const { images, labels } = await dataset.read('train', [1, 0]);
    expect([...images]).toEqual([...UPRIGHT, ...UPRIGHT]);
    expect([...labels!].map((label) => dataset.classes![label])).toEqual(['t', '3']);
    expect(dataset.config).toMatchObject({ name: 'emnist', part: 'balanced', splits: { train: 2, valid: 2, test: 2 } });
    expect(emnist(files([3, 46, 10, 36]), { validSize: 0 }).size('train')).toBe(4);
  });

  it.each([
    ['letters', [1, 26, 2], ['A', 'Z', 'B']],
    ['byclass', [61, 36, 10], ['z', 'a', 'A']],
    ['bymerge', [46, 36, 9], ['t', 'a', '9']],
    ['digits', [9, 0, 5], ['9', '0', '5']],
    ['mnist', [9, 0, 5], ['9', '0', '5']],
  ] as const)('knows the classes of %s', async (part, given, names) => {
    const { classes, ...dataset } = emnist(files(given), { part, validSize: 0 });
    expect([...(await dataset.read('train', [0, 1, 2])).labels!].map((label) => classes![label])).toEqual(names);
  });

  it('refuses labels that are no classes, and parts that there are not', () => {
    expect(() => emnist(files([0, 1]), { part: 'letters' })).toThrow('wanted labels 0 to 25, found 255 at record 0');
    expect(() => emnist(files([47, 1]))).toThrow('wanted labels 0 to 46, found 47');
    expect(() => emnist(files([1, 1]), { part: 'all' as 'letters' })).toThrow(
      `emnist: part must be one of ${EMNIST_PARTS.join(', ')}, got all`,
    );
  });
});

describe('emnistFiles', () => {
  const { trainImages, trainLabels, testImages, testLabels } = files([1, 2]);
  const members = Object.entries({
    'train-images-idx3': trainImages,
    'train-labels-idx1': trainLabels,
    'test-images-idx3': testImages,
    'test-labels-idx1': testLabels,
  }).map(([name, content]) => ({ name: `gzip/emnist-letters-${name}-ubyte.gz`, content: gzipSync(content) }));

  it('takes the files of a part out of the archive', async () => {
    const found = emnistFiles(writeZip(members), 'letters');
    expect((await emnist(found, { part: 'letters' }).read('train', [0])).images).toEqual(Float32Array.from(UPRIGHT));
    expect(() => emnistFiles(writeZip(members))).toThrow(
      'emnist: wanted emnist-balanced-train-images-idx3-ubyte.gz in gzip.zip, found none',
    );
  });
});
