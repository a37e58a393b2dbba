import type { GenerativeModel } from '@pixelrnn/core';
import { describe, expect, it } from 'vitest';
import { sample } from '../src/index.ts';
import { prefixSumModel } from './prefix-sum-model.ts';

/** One latent, which the pixels of a row show as their first level, and pixels that are drawn. */
const image = { height: 2, width: 3, channels: 1, levels: 4 };
const plain = prefixSumModel(image);
const withLatent: GenerativeModel = {
  ...plain,
  drawn: { conditions: { vector: 1 }, noise: ['latents'], given: ['latents'] },
  encode: (_, images, count) => ({
    vector: Float32Array.from({ length: count }, (_, b) => Number(images[6 * b] > 0)),
  }),
  before: async (_, { random, context }) => ({
    context: {
      vector: context.vector ?? Float32Array.from(random, (own) => Number(own.fork('latents').uniform() < 0.5)),
    },
  }),
  prepare: (weights) => ({
    ...plain.prepare(weights),
    open(frame, context) {
      const stream = plain.prepare(weights).open(frame);
      let row = 0;
      return {
        ...stream,
        beginRow: (index) => {
          row = index;
          return stream.beginRow(index);
        },
        at(column, pixel) {
          const own = stream.at(column, pixel);
          if (row + column > 0) return own;
          return own.map((_, i) => (i % 4 === 3 * context!.vector![Math.floor(i / 4)] ? 50 : -50));
        },
      };
    },
  }),
};

const imagesOf = async (options: Partial<Parameters<typeof sample>[2]>, model = withLatent) => {
  const { images } = await sample(model, {}, { count: 12, seed: 5, batch: 5, ...options });
  return Array.from({ length: 12 }, (_, b) => [...images.slice(6 * b, 6 * b + 6)]);
};
const different = (values: unknown[]) => new Set(values.map((value) => JSON.stringify(value))).size;
const latents = (images: number[][]) => images.map(([first]) => first);

describe('samples that differ in one thing alone', () => {
  it('vary all by default', async () => {
    const all = await imagesOf({});
    expect(await imagesOf({ vary: ['pixels', 'latents'] })).toEqual(all);
    expect(different(latents(all))).toBe(2);
  });

  it('vary the pixels under the latents of image 0', async () => {
    const images = await imagesOf({ vary: ['pixels'] });
    expect(different(latents(images))).toBe(1);
    expect(different(images)).toBeGreaterThan(6);
    expect(images[0]).toEqual((await imagesOf({}))[0]);
  });

  it('vary the latents under the random numbers of the pixels of image 0', async () => {
    const images = await imagesOf({ vary: ['latents'] });
    expect(different(images)).toBe(2);
    expect(latents(images)).toEqual(latents(await imagesOf({})));
  });

  it('tell what their nats are given', async () => {
    const given = async (model: GenerativeModel) => (await sample(model, {}, { count: 2, seed: 5 })).natsGiven;
    expect(await given(withLatent)).toEqual(['latents']);
    expect(await given(plain)).toEqual([]);
  });

  it('take codes in place of what would be drawn', async () => {
    const codes = withLatent.encode!(
      {},
      Float32Array.from({ length: 72 }, (_, i) => Number(i < 36)),
      12,
    );
    const images = await imagesOf({ context: codes });
    expect(latents(images)).toEqual([3, 3, 3, 3, 3, 3, 0, 0, 0, 0, 0, 0]);
  });

  it('are refused where there is no such thing', async () => {
    await expect(imagesOf({ vary: ['latents'] }, plain)).rejects.toThrow(
      'sample: wanted to vary one of pixels of prefixSum, got latents',
    );
    await expect(imagesOf({ context: { vector: new Float32Array(12) } }, plain)).rejects.toThrow(
      'sample: wanted no vector',
    );
    await expect(imagesOf({ context: { vector: new Float32Array(11) } })).rejects.toThrow(
      'sample: wanted a vector [12,1]',
    );
  });
});
