import { describe, expect, it } from 'vitest';
import { idx } from '../testing/fixtures.ts';
import { mnist } from './mnist.ts';

const PIXELS = Array.from({ length: 5 * 6 }, (_, i) => i * 8);
const files = () => ({
  trainImages: idx([5, 2, 3], PIXELS),
  trainLabels: idx([5], [4, 3, 2, 1, 0]),
  testImages: idx([1, 2, 3], [0, 127, 128, 255, 1, 254]),
  testLabels: idx([1], [9]),
});

describe('mnist', () => {
  it('holds back the last train images for validation', async () => {
    const dataset = mnist(files(), { validSize: 2, binarize: 'none' });
    expect(dataset.image).toEqual({ height: 2, width: 3, channels: 1, levels: 256 });
    expect(dataset.config).toEqual({
      name: 'mnist',
      binarize: 'none',
      levels: 256,
      splits: { train: 3, valid: 2, test: 1 },
    });
    expect(await dataset.read('valid', [1])).toEqual({
      images: Float32Array.from(PIXELS.slice(24)),
      labels: Int32Array.of(0),
      count: 1,
    });
    expect((await dataset.read('train', [2, 0])).labels).toEqual(Int32Array.of(2, 4));
  });

  it('is binarized by threshold unless told otherwise', async () => {
    const dataset = mnist(files(), { validSize: 2 });
    expect(dataset.config.binarize).toBe('threshold');
    expect((await dataset.read('test', [0])).images).toEqual(Float32Array.of(0, 0, 1, 1, 0, 1));
  });

  it.each([
    [
      { trainLabels: idx([5], [4, 3, 10, 1, 0]) },
      'train-labels-idx1-ubyte: wanted labels 0 to 9, found 10 at record 2',
    ],
    [{ trainLabels: idx([4], [4, 3, 2, 1]) }, 'train-labels-idx1-ubyte: wanted 5 labels, one an image, found 4'],
    [{ testImages: idx([1, 3, 3], new Uint8Array(9)) }, 'mnist: train images are 2×3, t10k images 3×3'],
    [{ testImages: idx([0, 2, 3], []) }, 't10k-images-idx3-ubyte: wanted images, found none'],
    [
      { trainImages: idx([14], new Uint8Array(14)) },
      'train-images-idx3-ubyte: wanted the idx magic number 2051, found 2049',
    ],
  ])('refuses wrong files', (wrong, message) => {
    expect(() => mnist({ ...files(), ...wrong }, { validSize: 2 })).toThrow(message);
  });

  it('does without labels', async () => {
    const { trainImages, testImages } = files();
    const dataset = mnist({ trainImages, testImages }, { validSize: 2 });
    expect(dataset.classes).toBeUndefined();
    expect(Object.keys(await dataset.read('test', [0])).sort()).toEqual(['count', 'images']);
  });

  it.each<[object, string]>([
    [{ testLabels: undefined }, 'mnist: wanted testLabels as Uint8Array, got undefined'],
    [{ trainImages: undefined }, 'mnist: wanted trainImages as Uint8Array, got undefined'],
    [{ trainImages: new ArrayBuffer(8) }, 'mnist: wanted trainImages as Uint8Array, got ArrayBuffer'],
    [{ testImages: Uint8Array.of(0x1f, 0x8b, 8) }, 'mnist: testImages is gzipped; decompress it first'],
  ])('names what is no file', (wrong, message) => {
    expect(() => mnist({ ...files(), ...wrong }, { validSize: 2 })).toThrow(message);
  });

  it('refuses to hold back everything', () => {
    expect(() => mnist(files())).toThrow('mnist: validSize must be an integer from 0 to 4, got 10000');
  });
});
