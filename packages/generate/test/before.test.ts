import { bernoulli, type GenerativeModel, type HostContext } from '@pixelrnn/core';
import { describe, expect, it } from 'vitest';
import { sample, sampleNaive } from '../src/index.ts';

const image = { height: 2, width: 2, channels: 1, levels: 2 };

/** Every pixel has the logit `logit(context, image, position)`, whatever the pixels before it. */
function independent(logit: (context: HostContext, b: number, position: number) => number): GenerativeModel {
  const never = () => {
    throw new Error('not asked here');
  };
  return {
    name: 'independent',
    image,
    config: {},
    bound: 'exact',
    likelihood: bernoulli(),
    conditions: {},
    init: () => ({}),
    conditionals: never,
    nats: never,
    prepare: () => ({
      open({ batch, width }, context = {}) {
        let row = 0;
        return {
          beginRow: (index) => {
            row = index;
            return undefined;
          },
          at: (column) => Float32Array.from({ length: batch }, (_, b) => logit(context, b, row * width + column)),
          advance: () => {},
          dispose: () => {},
        };
      },
      dispose: () => {},
    }),
  };
}

describe('what is drawn before the first pixel', () => {
  /** One latent for each image, so large that all its pixels are the same. */
  const withLatent: GenerativeModel = {
    ...independent(({ vector }, b) => vector![b]),
    before: async (_, { random }) => ({
      context: { vector: Float32Array.from(random, (own) => (own.fork('latent').uniform() < 0.5 ? -50 : 50)) },
    }),
  };

  it('is handed to the stream, comes from the image’s own random numbers, and not from those of its pixels', async () => {
    const { images } = await sample(withLatent, {}, { count: 20, seed: 1, batch: 7 });
    const rows = Array.from({ length: 20 }, (_, b) => [...images.slice(4 * b, 4 * b + 4)]);
    expect(rows.every((row) => row.every((value) => value === row[0]))).toBe(true);
    expect(new Set(rows.map(([first]) => first)).size).toBe(2);
    expect((await sample(withLatent, {}, { count: 20, seed: 1, batch: 20 })).images).toEqual(images);
    expect((await sample(withLatent, {}, { count: 3, seed: 1 })).images).toEqual(images.slice(0, 12));
    const plain = independent(() => 0);
    const asked: GenerativeModel = {
      ...plain,
      before: async (_, { random, context }) => {
        random[0].fork('x').uniform();
        return { context };
      },
    };
    expect((await sample(asked, {}, { count: 5, seed: 1 })).images).toEqual(
      (await sample(plain, {}, { count: 5, seed: 1 })).images,
    );
  });

  it('may be an image of another model, drawn from forks of the same random numbers', async () => {
    const coarse = independent(() => 0);
    const twoScales: GenerativeModel = {
      ...independent(({ map }, b, position) => (map![4 * b + position] === 1 ? 50 : -50)),
      before: async (_, { draw }) => ({ context: { map: await draw('coarse', coarse, {}) } }),
    };
    const { images } = await sample(twoScales, {}, { count: 6, seed: 3, batch: 4 });
    expect(new Set(images)).toEqual(new Set([0, 1]));
    expect((await sample(twoScales, {}, { count: 6, seed: 3, batch: 1 })).images).toEqual(images);
    expect(images).not.toEqual((await sample(coarse, {}, { count: 6, seed: 3 })).images);
  });

  it('costs what the other model says, and is sharpened with it', async () => {
    const coarse = independent(() => 1);
    const twoScales: GenerativeModel = {
      ...independent(() => 0),
      before: async (_, { draw, context }) => {
        await draw('coarse', coarse, {});
        return { context };
      },
    };
    const { nats } = await sample(twoScales, {}, { count: 6, seed: 3, batch: 4 });
    const costs = [0, 1, 2, 3, 4].map((ones) => 4 * Math.log(2) + 4 * Math.log1p(Math.exp(1)) - ones);
    for (const value of nats) expect(Math.min(...costs.map((cost) => Math.abs(cost - value)))).toBeLessThan(1e-4);
    const cold = await sample(twoScales, {}, { count: 6, seed: 3, temperature: 0.01 });
    for (const value of cold.nats) expect(value).toBeCloseTo(costs[4], 4);
  });

  it('is settled for naive samples, too, and handed to every pass', async () => {
    const { images } = await sample(withLatent, {}, { count: 6, seed: 1 });
    const seen = new Set<number>();
    const passes = async (levels: Float32Array, _: number, { vector }: HostContext) => {
      for (const value of vector!) seen.add(value);
      return levels.map((_, i) => vector![Math.floor(i / 4)]);
    };
    const naive = await sampleNaive(withLatent, passes, { count: 6, seed: 1, weights: {} });
    expect(naive.images).toEqual(images);
    expect(seen).toEqual(new Set([-50, 50]));
    await expect(sampleNaive(withLatent, passes, { count: 1, seed: 1 })).rejects.toThrow(
      'sampleNaive: wanted weights, since independent settles something before the first pixel, got none',
    );
  });

  it('sees what the images are conditioned on, batch by batch', async () => {
    const conditional: GenerativeModel = {
      ...independent(({ vector }, b) => vector![b]),
      conditions: { classes: 2 },
      before: async (_, { context }) => ({
        context: { vector: Float32Array.from(context.labels!, (label) => (label === 1 ? 50 : -50)) },
      }),
    };
    const context = { labels: Int32Array.of(0, 1, 1, 0, 1) };
    const { images } = await sample(conditional, {}, { count: 5, seed: 1, batch: 2, context });
    expect([...images]).toEqual([...context.labels].flatMap((label) => [label, label, label, label]));
  });

  it('may settle pixels, which are then not asked for, beside those that the caller knows', async () => {
    const settling: GenerativeModel = {
      ...independent(() => -50), // every pixel that is asked for becomes 0
      before: async (_, { random, context, known }) => ({
        context,
        known: {
          images: Float32Array.from({ length: 4 * random.length }, (_, i) => (known?.mask[i] ? known.images[i] : 1)),
          mask: Uint8Array.from({ length: 4 * random.length }, (_, i) => (i % 2 === 0 ? 1 : 0)),
        },
      }),
    };
    const drawn = await sample(settling, {}, { count: 3, seed: 1, batch: 2 });
    expect([...drawn.images]).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
    const known = { images: [0, 1, 0, 0], pixels: 2 };
    const completed = await sample(settling, {}, { count: 2, seed: 1, known });
    expect([...completed.images]).toEqual([0, 1, 1, 0, 0, 1, 1, 0]);
  });

  it('may be the order in which the pixels are drawn', async () => {
    /** Draws 1 at the first place of its order and 0 at all others. */
    const turning: GenerativeModel = {
      ...independent((_, __, place) => (place === 0 ? 50 : -50)),
      before: async (_, { random, context }) => ({
        context,
        mindsKnown: true,
        order: Uint32Array.from(
          random.flatMap((own) => (own.fork('turn').uniform() < 0.5 ? [0, 1, 2, 3] : [3, 2, 1, 0])),
        ),
      }),
    };
    const { images, isExact } = await sample(turning, {}, { count: 12, seed: 1, batch: 5 });
    const rows = Array.from({ length: 12 }, (_, b) => images.slice(4 * b, 4 * b + 4).join(''));
    expect(new Set(rows)).toEqual(new Set(['1000', '0001']));
    expect(isExact).toBe(true);
    const complete = (seed: number) =>
      sample(turning, {}, { count: 1, seed, known: { images: [1, 0, 1, 1], mask: [0, 0, 1, 1] } });
    const completed = await Promise.all([1, 2, 3, 4, 5, 6].map(complete));
    for (const one of completed) expect([...one.images.slice(2)]).toEqual([1, 1]);
    // Pixels 2 and 3 come first in one of the orders: then their neighbours are drawn given them, and nothing is drawn at the first place.
    for (const one of completed) expect(one.isExact).toBe(one.images[0] === 0);
    expect(new Set(completed.map((one) => one.isExact)).size).toBe(2);
  });

  it('makes a completion inexact unless it minds what is known', async () => {
    const known = { images: [1, 0, 0, 0], pixels: 1 };
    const complete = (model: GenerativeModel) => sample(model, {}, { count: 1, seed: 1, known });
    expect((await complete(withLatent)).isExact).toBe(false);
    expect((await sample(withLatent, {}, { count: 1, seed: 1 })).isExact).toBe(true);
    const minding: GenerativeModel = {
      ...withLatent,
      before: async (...all) => ({ ...(await withLatent.before!(...all)), mindsKnown: true }),
    };
    expect((await complete(minding)).isExact).toBe(true);
  });
});
