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
});
