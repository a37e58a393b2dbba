import { describe, expect, it } from 'vitest';
import { splitFiles } from './split-files.ts';

const sizes = (paths: readonly string[]) => {
  const { train, valid, test } = splitFiles(paths);
  return [train.length, valid.length, test.length];
};
const many = (folder: string, count = 50) => Array.from({ length: count }, (_, i) => `${folder}/${i}.png`);

describe('splitFiles takes folders that are named as splits', () => {
  it.each<[string, string, string, string]>([
    ['as they should be', 'train', 'valid', 'test'],
    ['of small ImageNet', 'train_32x32', 'valid_32x32', 'test_32x32'],
    ['of COCO', 'train2017', 'val2017', 'test2017'],
    ['of DIV2K', 'DIV2K_train_HR', 'DIV2K_valid_HR', 'DIV2K_test_HR'],
    ['with capitals', 'Train', 'VALIDATION', 'Test Images'],
    ['in other words', 'training_set', 'dev', 'testing'],
    ['in camel case', 'trainImages', 'valSet', 'testA'],
    ['below a folder around them', 'small/train', 'small/val', 'small/test'],
    ['below several folders', 'a/b/train', 'a/b/valid', 'a/b/test'],
  ])('%s', (_, train, valid, test) => {
    expect(sizes([...many(train), ...many(valid, 20), ...many(test, 10)])).toEqual([50, 20, 10]);
    expect(sizes([...many(train), ...many(valid, 20)])).toEqual([50, 20, 0]);
    expect(sizes([...many(train), ...many(test, 10)])).toEqual([50, 0, 10]);
    expect(sizes(many(train))).toEqual([50, 0, 0]);
  });

  it('and says which images are in none', () => {
    const { leftOut } = splitFiles([...many('train'), ...many('test'), ...many('extra', 3), 'a.png']);
    expect([...leftOut]).toEqual([
      ['extra', 3],
      ['', 1],
    ]);
  });
});

describe('splitFiles refuses', () => {
  it.each<[string, string[], string]>([
    [
      'two folders for a split',
      [...many('train_32x32'), ...many('train_64x64'), ...many('valid', 9)],
      'found two for train: train_32x32 (50), train_64x64 (50), valid (9)',
    ],
    ['val beside valid', [...many('train'), ...many('val'), ...many('valid')], 'found two for valid'],
    ['none to train on', [...many('photos'), ...many('Test', 7)], 'found none for train: photos (50), Test (7)'],
    [
      'one that may be a class',
      [...many('car'), ...many('train'), ...many('bus')],
      'found only train: car (50), train',
    ],
    ['a held-out set of another name', [...many('train'), ...many('holdout')], 'found only train: train (50), holdout'],
    ['splits of each class', [...many('cat/train'), ...many('dog/test')], 'found cat/train/ below others: cat (50)'],
    ['many folders in one line', Array.from({ length: 99 }, (_, i) => `test${i}/x.png`), 'test7 (1), 91 more; name'],
  ])('%s', (_, paths, message) => {
    expect(() => splitFiles(paths)).toThrow(message);
    expect(() => splitFiles(paths)).toThrow(/^image-folder: wanted one folder for each of train, valid, test, [^\n]*$/);
    const { train, valid, test } = splitFiles(paths, 'hash');
    expect(train.length + valid.length + test.length).toBe(paths.length);
  });

  it('to look for folders that are not there', () => {
    const paths = [...many('photos'), ...many('more')];
    expect(() => splitFiles(paths, 'folders')).toThrow('found none for train: photos (50), more (50)');
  });
});

describe('splitFiles by the hash of each path', () => {
  const paths = Array.from({ length: 2000 }, (_, i) => `img_${i}.png`);

  it('gives about 80 / 10 / 10 %, each file to one split', () => {
    const { train, valid, test } = splitFiles(paths);
    expect(new Set([...train, ...valid, ...test]).size).toBe(2000);
    for (const split of [valid, test]) expect(Math.abs(split.length - 200)).toBeLessThan(60);
  });

  it('keeps a file in its split when others come', () => {
    const before = splitFiles(paths.slice(0, 100));
    const after = splitFiles(paths);
    for (const split of ['train', 'valid', 'test'] as const) {
      expect(after[split].filter((path) => before[split].includes(path))).toEqual(before[split]);
    }
  });
});
