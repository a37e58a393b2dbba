import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { sample, sampleNaive } from '../src/index.ts';
import { prefixSumModel } from './prefix-sum-model.ts';

const grey = prefixSumModel({ height: 3, width: 4, channels: 1, levels: 3 });
const rgb = prefixSumModel({ height: 2, width: 3, channels: 3, levels: 4 });

describe.each([
  ['grey', grey],
  ['RGB', rgb],
] as const)('sample %s', (_, model) => {
  const { height, width, channels, levels } = model.image;
  const size = height * width * channels;
  const conditionals = async (images: Float32Array, count: number) =>
    new Float32Array(model.conditionals({}, tf.tensor4d(images, [count, height, width, channels])).dataSync());

  it('C22: shape, range, and the same images from the same seed', async () => {
    const first = await sample(model, {}, { count: 5, seed: 7 });
    expect(first.images).toHaveLength(5 * size);
    expect(Math.min(...first.images)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...first.images)).toBeLessThan(levels);
    expect(first.images.every(Number.isInteger)).toBe(true);
    expect((await sample(model, {}, { count: 5, seed: 7 })).images).toEqual(first.images);
    expect((await sample(model, {}, { count: 5, seed: 8 })).images).not.toEqual(first.images);
  });

  it('draws an image independently of the batch it is drawn in', async () => {
    const all = await sample(model, {}, { count: 5, seed: 7, batch: 5 });
    const few = await sample(model, {}, { count: 5, seed: 7, batch: 2 });
    const one = await sample(model, {}, { count: 1, seed: 7 });
    expect(few.images).toEqual(all.images);
    expect(one.images).toEqual(all.images.subarray(0, size));
  });

  it('draws what the naive sampler draws, and reports the distances of its draws', async () => {
    const cached = await sample(model, {}, { count: 3, seed: 'x' });
    const naive = await sampleNaive(model, conditionals, { count: 3, seed: 'x' });
    expect(naive.images).toEqual(cached.images);
    expect(naive.distances).toHaveLength(3 * size);
    expect(Math.min(...naive.distances)).toBeGreaterThan(0);
  });

  it('C25: the score of a sample is its negative log-likelihood', async () => {
    const { images, nats } = await sample(model, {}, { count: 4, seed: 1 });
    const expected = model.nats({}, tf.tensor4d(images, [4, height, width, channels])).dataSync();
    nats.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 3);
    });
  });

  it('takes a mask for known pixels, of one image or of each, and tells whether the rest was drawn given all of them', async () => {
    const pixels = height * width;
    const own = await sample(model, {}, { count: 2, seed: 3 });
    expect(own.isExact).toBe(true);
    const complete = (mask: ArrayLike<number>) =>
      sample(model, {}, { count: 2, seed: 5, known: { images: own.images, mask } });
    const mask = (...known: number[]) => Uint8Array.from({ length: pixels }, (_, i) => Number(known.includes(i)));
    const prefix = await complete(mask(0, 1));
    expect(prefix).toEqual(await sample(model, {}, { count: 2, seed: 5, known: { images: own.images, pixels: 2 } }));
    expect(prefix.isExact).toBe(true);
    const scattered = await complete([...mask(0, 1), ...mask(0, 3)]);
    expect(scattered.isExact).toBe(false);
    for (const [b, known] of [
      [0, [0, 1]],
      [1, [0, 3]],
    ] as const)
      for (const pixel of known) {
        const at = b * size + pixel * channels;
        expect(scattered.images.subarray(at, at + channels)).toEqual(own.images.subarray(at, at + channels));
      }
    expect((await complete(new Uint8Array(2 * pixels))).isExact).toBe(true);
  });

  it('C23: keeps known pixels, zeros among them, and draws the rest as the model says', async () => {
    const known = {
      images: (await sample(model, {}, { count: 1, seed: 3 })).images.map((v, i) => (i < 4 ? 0 : v)),
      pixels: 4,
    };
    const { images } = await sample(model, {}, { count: 3, seed: 5, known });
    for (let b = 0; b < 3; b++)
      expect(images.subarray(b * size, b * size + 4 * channels)).toEqual(known.images.subarray(0, 4 * channels));
    const passes = vi.fn(conditionals);
    const naive = await sampleNaive(model, passes, { count: 3, seed: 5, known });
    expect(naive.images).toEqual(images);
    expect(passes).toHaveBeenCalledTimes(size - 4 * channels); // none for what is known
    const rest = (b: number) => [...images.subarray(b * size + 4 * channels, (b + 1) * size)];
    expect(rest(0)).not.toEqual(rest(1));
  });

  it('a low temperature takes the most probable level', async () => {
    const cold = await sample(model, {}, { count: 2, seed: 2, temperature: 0.01 });
    expect(cold.images.subarray(0, size)).toEqual(cold.images.subarray(size));
  });
});

it('scores a sample at temperature 1, whatever it was drawn at', async () => {
  const { images, nats } = await sample(grey, {}, { count: 2, seed: 4, temperature: 0.5 });
  const expected = grey.nats({}, tf.tensor4d(images, [2, 3, 4, 1])).dataSync();
  nats.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 3);
  });
});

it('C24: frequencies of samples match exact probabilities (χ²)', async () => {
  const tiny = prefixSumModel({ height: 2, width: 2, channels: 1, levels: 2 });
  const count = 4000;
  const { images } = await sample(tiny, {}, { count, seed: 'chi', batch: 500 });
  const codes = Array.from({ length: 16 }, (_, code) => [code & 1, (code >> 1) & 1, (code >> 2) & 1, code >> 3]);
  const nats = tiny.nats({}, tf.tensor4d(codes.flat(), [16, 2, 2, 1])).dataSync();
  const p = Array.from(nats, (value) => Math.exp(-value));
  expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  const observed = new Array(16).fill(0);
  for (let i = 0; i < count; i++)
    observed[images[4 * i] + 2 * images[4 * i + 1] + 4 * images[4 * i + 2] + 8 * images[4 * i + 3]]++;
  const chiSquare = observed.reduce((sum, n, code) => sum + (n - count * p[code]) ** 2 / (count * p[code]), 0);
  expect(chiSquare).toBeLessThan(37.7); // 99.9 % point for 15 degrees of freedom
});

it('rejects bad options in one line', async () => {
  const options = { count: 1, seed: 1 };
  await expect(sample(grey, {}, { ...options, count: 0 })).rejects.toThrow('wanted a count of at least 1, got 0');
  await expect(sample(grey, {}, { ...options, temperature: 0 })).rejects.toThrow('wanted a temperature above 0, got 0');
  await expect(sample(grey, {}, { ...options, batch: 0.5 })).rejects.toThrow(
    'sample: wanted a batch of at least 1, got 0.5',
  );
  await expect(sample(grey, {}, { ...options, size: 1 } as typeof options)).rejects.toThrow(
    'sample: wanted only count, first, seed, context, vary, temperature, known, batch, workers, onProgress, got size',
  );
  await expect(sample(grey, {}, { ...options, workers: [] })).rejects.toThrow(
    'sample: wanted at least one of workers, got none',
  );
  const known = { images: new Float32Array(12), pixels: 1 };
  await expect(sample(grey, {}, { ...options, known: { ...known, images: [1] } })).rejects.toThrow(
    'sample: wanted 1 or 1 known images of 12 levels, got 1 levels',
  );
  await expect(sample(grey, {}, { ...options, known: { images: known.images, mask: [1, 0] } })).rejects.toThrow(
    'sample: wanted 1 or 1 masks of 12 pixels, got 2 pixels',
  );
  await expect(
    sample(grey, {}, { ...options, known: { images: known.images, mask: new Array(12).fill(2) } }),
  ).rejects.toThrow('sample: wanted a mask of 0 … 1, got 2');
  await expect(sample(grey, {}, { ...options, known: { ...known, pixels: 13 } })).rejects.toThrow(
    'sample: wanted 0 … 12 known pixels, got 13',
  );
  await expect(sample(grey, {}, { ...options, known: { ...known, images: known.images.fill(3) } })).rejects.toThrow(
    'sample: wanted known levels of 0 … 2, got 3',
  );
  await expect(sample({ ...grey, conditions: { classes: 3 } }, {}, options)).rejects.toThrow(
    'wanted 1 labels for 3 classes, got none',
  );
  await expect(
    sample({ ...grey, conditions: { classes: 3 } }, {}, { ...options, context: { labels: Int32Array.of(3) } }),
  ).rejects.toThrow('wanted labels of 0 … 2, got 3');
  await expect(sample(grey, {}, { ...options, context: { vector: Float32Array.of(1) } })).rejects.toThrow(
    'sample: wanted no vector, which no layer reads',
  );
});

it('takes what is undefined as not told', async () => {
  const told = await sample(grey, {}, { count: 1, seed: 1 });
  expect(await sample(grey, {}, { count: 1, seed: 1, temperature: undefined, batch: undefined })).toEqual(told);
});
