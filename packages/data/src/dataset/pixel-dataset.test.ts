import { describe, expect, it } from 'vitest';
import { pixelDataset } from './pixel-dataset.ts';

const options = {
  name: 'p',
  height: 1,
  width: 2,
  channels: 1,
  sourceLevels: 256,
  splits: {
    train: { pixels: Uint8Array.of(1, 2, 3, 4), labels: Uint8Array.of(7, 8) },
    valid: { pixels: new Uint8Array(0) },
    test: { pixels: Uint8Array.of(9, 9) },
  },
  quantize: { binarize: 'none', levels: undefined, seed: undefined },
} as const;

describe('pixelDataset', () => {
  it('reads in the order asked for, with repetitions', async () => {
    const batch = await pixelDataset(options).read('train', [1, 0, 1]);
    expect(batch).toEqual({ images: Float32Array.of(3, 4, 1, 2, 3, 4), labels: Int32Array.of(8, 7, 8), count: 3 });
  });

  it('keeps every value, and names what else it depends on', () => {
    const { quantize: _, ...every } = options;
    expect(pixelDataset({ ...every, conditions: { seed: 3 } })).toMatchObject({
      image: { levels: 256 },
      config: { name: 'p', conditions: { seed: 3 }, binarize: 'none', splits: { train: 2, valid: 0, test: 1 } },
    });
    expect(pixelDataset({ ...options, quantize: { levels: 4 } }).image.levels).toBe(4);
    expect(pixelDataset(options).config).not.toHaveProperty('conditions');
    expect(() => pixelDataset({ ...options, quantize: { bits: 1 } as never })).toThrow('p: unknown option "bits"');
  });

  it.each([[-1], [2], [0.5], [Number.NaN]])('refuses index %s', async (index) => {
    await expect(pixelDataset(options).read('train', [index])).rejects.toThrow(
      `p: train has images 0 to 1, asked for ${index}`,
    );
  });

  it('refuses splits that do not fit', () => {
    const withTrain = (train: object) => pixelDataset({ ...options, splits: { ...options.splits, train } as never });
    expect(() => withTrain({ pixels: new Uint8Array(3) })).toThrow('p: train: 3 values are no multiple of 2');
    expect(() => withTrain({ pixels: new Uint8Array(4), labels: new Uint8Array(1) })).toThrow('2 images but 1 labels');
  });

  const two = (train: object, more: object = {}) =>
    pixelDataset({ ...options, ...more, splits: { ...options.splits, train } as never });

  it.each<[string, object, object, string]>([
    ['values above their number', { pixels: Uint8Array.of(0, 1, 255, 0) }, { sourceLevels: 2 }, 'found 255 in image 1'],
    ['512 of 512 levels', { pixels: Uint16Array.of(511, 512) }, { sourceLevels: 512 }, 'wanted pixels 0 to 511'],
    ['levels scaled to [0, 1]', { pixels: Float32Array.of(0, 0.5) }, {}, 'or Uint16Array, got Float32Array'],
    ['pixels in a list', { pixels: [1, 2] }, {}, 'p: train: wanted pixels as Uint8Array or Uint16Array, got Array'],
    ['no pixels', {}, {}, 'got undefined'],
    [
      'a label above the classes',
      { pixels: Uint8Array.of(1, 2), labels: Uint8Array.of(2) },
      { classes: ['a', 'b'] },
      'p: train: wanted labels 0 to 1, found 2 at record 0',
    ],
    ['a label below 0', { pixels: Uint8Array.of(1, 2), labels: Int32Array.of(-1) }, {}, 'found -1 at record 0'],
    ['labels in a list', { pixels: Uint8Array.of(1, 2), labels: [0] }, {}, 'array of whole numbers, got Array'],
    ['half a pixel', { pixels: Uint8Array.of(1, 2) }, { width: 0.5 }, 'p: width must be an integer ≥ 1, got 0.5'],
    ['one level', { pixels: Uint8Array.of(0, 0) }, { sourceLevels: 1 }, 'p: sourceLevels must be an integer from 2'],
  ])('refuses %s', (_, train, more, message) => {
    expect(() => two(train, more)).toThrow(message);
  });

  it('keeps 512 levels of 16 bits', async () => {
    const dataset = two({ pixels: Uint16Array.of(511, 300) }, { sourceLevels: 512 });
    expect(dataset.image.levels).toBe(512);
    expect([...(await dataset.read('train', [0])).images]).toEqual([511, 300]);
  });
});
