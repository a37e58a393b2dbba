import { describe, expect, it } from 'vitest';
import { cifar10 } from './cifar10.ts';

/** Red counts up from `first`, green is twice as far on, blue is 7. */
function record(label: number, first: number): number[] {
  const plane = (value: (i: number) => number) => Array.from({ length: 1024 }, (_, i) => value(i) % 256);
  return [label, ...plane((i) => first + i), ...plane((i) => first + 2 * i), ...plane(() => 7)];
}

const file = (...records: number[][]) => Uint8Array.from(records.flat());

describe('cifar10', () => {
  const files = { train: [file(record(3, 0), record(9, 1)), file(record(0, 2))], test: file(record(5, 50)) };

  it('interleaves the planes and splits the tail off', async () => {
    const dataset = cifar10(files, { validSize: 1 });
    expect(dataset.config).toEqual({
      name: 'cifar10',
      binarize: 'none',
      levels: 256,
      splits: { train: 2, valid: 1, test: 1 },
    });
    const valid = await dataset.read('valid', [0]);
    expect(valid.labels).toEqual(Int32Array.of(0));
    expect(valid.images.subarray(0, 9)).toEqual(Float32Array.of(2, 2, 7, 3, 4, 7, 4, 6, 7));
    expect(dataset.classes![(await dataset.read('test', [0])).labels![0]]).toBe('dog');
  });

  it.each<[object, string]>([
    [{ train: files.train[0] }, 'cifar10: wanted train as an array, got Uint8Array'],
    [{ train: [files.train[0], undefined] }, 'cifar10: wanted train[1] as Uint8Array, got undefined'],
    [{ test: undefined }, 'cifar10: wanted test as Uint8Array, got undefined'],
  ])('names what is no file', (wrong, message) => {
    expect(() => cifar10({ ...files, ...wrong } as never)).toThrow(message);
  });

  it('reduces the levels', async () => {
    const dataset = cifar10(files, { validSize: 1, levels: 8 });
    expect(dataset.image.levels).toBe(8);
    expect(new Set((await dataset.read('train', [0])).images)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
  });

  it.each([
    [{ test: files.test.subarray(1) }, 'test_batch.bin: wanted records of 3073 bytes, found 3072 bytes'],
    [{ test: new Uint8Array(0) }, 'test_batch.bin: wanted records of 3073 bytes, found 0 bytes'],
    [{ train: [files.train[0], file(record(10, 0))] }, 'data_batch_2.bin: wanted labels 0 to 9, found 10 at record 0'],
  ])('refuses wrong files', (wrong, message) => {
    expect(() => cifar10({ ...files, ...wrong }, { validSize: 1 })).toThrow(message);
  });
});
