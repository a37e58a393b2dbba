import { describe, expect, it } from 'vitest';
import { decodeDigits, digits } from './digits.ts';

describe('digits', () => {
  it('has its three splits of 8×8 images with 17 levels', async () => {
    const dataset = digits();
    expect(dataset.image).toEqual({ height: 8, width: 8, channels: 1, levels: 17 });
    expect(dataset.config.splits).toEqual({ train: 1197, valid: 300, test: 300 });
    const { images, labels } = await dataset.read('train', [0]);
    expect(labels).toEqual(Int32Array.of(0));
    expect(images.subarray(0, 16)).toEqual(Float32Array.of(0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0));
  });

  it('has the label counts of the source', async () => {
    const dataset = digits();
    const counts = new Array(10).fill(0);
    for (const split of ['train', 'valid', 'test'] as const) {
      const indices = Array.from({ length: dataset.size(split) }, (_, i) => i);
      for (const label of (await dataset.read(split, indices)).labels!) counts[label]++;
    }
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  });

  it('binarizes', async () => {
    const bits = await digits({ binarize: 'threshold' }).read('train', [0]);
    expect(bits.images.subarray(0, 8)).toEqual(Float32Array.of(0, 0, 0, 1, 1, 0, 0, 0));
  });

  it('refuses a short line', () => {
    expect(() => decodeDigits('0123')).toThrow('digits: wanted 65 values in line 0, found 4');
  });
});
