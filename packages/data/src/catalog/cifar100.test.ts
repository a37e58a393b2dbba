import { describe, expect, it } from 'vitest';
import { cifar100 } from './cifar100.ts';

/** Red counts up, green is 5, blue is 7. */
const record = (coarse: number, fine: number): number[] => {
  const plane = (value: (i: number) => number) => Array.from({ length: 1024 }, (_, i) => value(i) % 256);
  return [coarse, fine, ...plane((i) => i), ...plane(() => 5), ...plane(() => 7)];
};
const file = (...records: number[][]) => Uint8Array.from(records.flat());

describe('cifar100', () => {
  const files = { train: file(record(4, 0), record(14, 99), record(19, 90)), test: file(record(18, 58)) };

  it('has 100 classes', async () => {
    const dataset = cifar100(files, { validSize: 1 });
    expect(dataset.config).toEqual({
      name: 'cifar100',
      binarize: 'none',
      levels: 256,
      labels: 'fine',
      splits: { train: 2, valid: 1, test: 1 },
    });
    const { images, labels } = await dataset.read('train', [0, 1]);
    expect([...images.subarray(0, 6)]).toEqual([0, 5, 7, 1, 5, 7]);
    expect([...labels!].map((label) => dataset.classes![label])).toEqual(['apple', 'worm']);
    expect([dataset.classes!.length, new Set(dataset.classes).size]).toEqual([100, 100]);
  });

  it('has 20 that these are gathered in', async () => {
    const dataset = cifar100(files, { validSize: 1, labels: 'coarse' });
    const { labels } = await dataset.read('test', [0]);
    expect([dataset.classes!.length, dataset.classes![labels![0]]]).toEqual([20, 'vehicles_1']);
  });

  it.each<[object, object, string]>([
    [{ test: file(record(0, 100)) }, {}, 'test.bin: wanted labels 0 to 99, found 100 at record 0'],
    [{ test: file(record(20, 0)) }, { labels: 'coarse' }, 'test.bin: wanted labels 0 to 19, found 20 at record 0'],
    [{ test: files.test.subarray(1) }, {}, 'test.bin: wanted records of 3074 bytes, found 3073 bytes'],
    [{ train: undefined }, {}, 'cifar100: wanted train as Uint8Array, got undefined'],
    [{}, { labels: 'medium' }, 'cifar100: labels must be one of fine, coarse, got medium'],
    [{}, { validSize: 3 }, 'cifar100: validSize must be an integer from 0 to 2, got 3'],
  ])('refuses what is wrong', (wrong, options, message) => {
    expect(() => cifar100({ ...files, ...wrong }, { validSize: 1, ...options })).toThrow(message);
  });
});
