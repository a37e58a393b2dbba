import { type Batch, type GenerativeModel, rng } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { tinyImages, tinyModel } from './tiny-model.fixture.ts';

const model = tinyModel();
const IMAGES = 10;

function* inBatchesOf(size: number): Generator<Batch> {
  const images = tinyImages(IMAGES);
  for (let start = 0; start < IMAGES; start += size) {
    const count = Math.min(size, IMAGES - start);
    yield { images: images.subarray(start * 16, (start + count) * 16), count };
  }
}

/** Weights that depend on nothing but the number of the image and of the draw. */
const withWeights = (weight: (image: number, draw: number) => number): GenerativeModel => ({
  ...model,
  bound: 'upper',
  logWeights: (_, images, { indices, draw = 0 } = {}) =>
    tf.tensor1d(Array.from({ length: images.shape[0] }, (_, b) => weight(indices![b], draw))),
});

describe('evaluate with draws of latents', () => {
  const params = model.init(rng(1));

  it('is −log of the mean weight, whatever the batch', async () => {
    const subject = withWeights((image, draw) => -100 - image + Math.log(draw + 1));
    for (const size of [10, 3]) {
      const each: number[] = [];
      const result = await evaluate({
        model: subject,
        params,
        batches: inBatchesOf(size),
        boundSamples: 3,
        onNats: (nats) => each.push(...nats),
      });
      expect(each).toEqual(Array.from({ length: IMAGES }, (_, i) => expect.closeTo(100 + i - Math.log(2), 4)));
      expect(result).toMatchObject({ bound: 'upper', boundSamples: 3, images: IMAGES });
    }
  });

  it('takes weights of any size, and says where all are zero', async () => {
    const weights = [-4000, 3, -4000, 5000];
    const batches = () => inBatchesOf(1);
    const far = await evaluate({
      model: withWeights((_, draw) => weights[draw]),
      params,
      batches: batches(),
      boundSamples: 4,
    });
    expect(far.nats).toBeCloseTo(-5000 + Math.log(4), 2);
    const none = withWeights(() => Number.NEGATIVE_INFINITY);
    await expect(evaluate({ model: none, params, batches: batches(), boundSamples: 2 })).rejects.toThrow(
      '−log p of image 0 is NaN',
    );
  });

  it('refuses a model without latents, and half a draw', async () => {
    await expect(evaluate({ model, params, batches: inBatchesOf(5), boundSamples: 2 })).rejects.toThrow(
      'evaluate: wanted a model with latents to draw 2 of, got tiny, which has none',
    );
    const half = evaluate({ model: withWeights(() => 0), params, batches: inBatchesOf(5), boundSamples: 0.5 });
    await expect(half).rejects.toThrow('evaluate: wanted a whole number of draws, at least 1, got 0.5');
  });
});

describe('evaluate', () => {
  it('C18: does not depend on the batch size or a short last batch', async () => {
    const params = model.init(rng(1));
    const [one, ...others] = await Promise.all(
      [10, 1, 3, 4].map((size) => evaluate({ model, params, batches: inBatchesOf(size) })),
    );
    expect(one.images).toBe(10);
    for (const other of others) {
      expect(other.nats).toBeCloseTo(one.nats, 5);
      expect(other.standardError).toBeCloseTo(one.standardError, 5);
    }
  });

  it('C18: a uniform Bernoulli costs ln 2 a pixel, 1 bit/dim', async () => {
    const params = tinyModel({ scale: 0 }).init(rng(1));
    const result = await evaluate({ model, params, batches: inBatchesOf(4) });
    expect(result).toMatchObject({ images: 10, bound: 'exact' });
    expect(result.nats).toBeCloseTo(16 * Math.LN2, 5);
    expect(result.bitsPerDim).toBeCloseTo(1, 6);
    expect(result.standardError).toBeCloseTo(0, 5);
  });

  it('C20: warns of a result below the guard', async () => {
    const params = model.init(rng(1));
    const result = await evaluate({ model, params, batches: inBatchesOf(5), guard: { nats: 1000 } });
    expect(result.warning).toContain('implausibly good');
  });

  it('refuses no images, images of a wrong size, values that are no levels, missing labels and NaN', async () => {
    const params = model.init(rng(1));
    await expect(evaluate({ model, params, batches: [] })).rejects.toThrow(
      'evaluate: wanted at least one image, got none',
    );
    const short = [{ images: new Float32Array(15), count: 1 }];
    await expect(evaluate({ model, params, batches: short })).rejects.toThrow(
      'tiny: wanted images [1, 4, 4, 1] (16 values), got 15',
    );
    const scaled = [{ images: new Float32Array(16).fill(0.5), count: 1 }];
    await expect(evaluate({ model, params, batches: scaled })).rejects.toThrow(
      'tiny: wanted whole levels of 0 … 1, got 0.5 at image 0, row 0, column 0',
    );
    const conditional = tinyModel({ classes: 3 });
    const unlabelled = evaluate({ model: conditional, params: conditional.init(rng(1)), batches: inBatchesOf(5) });
    await expect(unlabelled).rejects.toThrow('wanted 5 labels');
    const nan = { net: { weights: tf.fill([16, 16], Number.NaN), bias: tf.zeros([16]) } };
    await expect(evaluate({ model, params: nan, batches: inBatchesOf(5) })).rejects.toMatchObject({
      name: 'NotFiniteError',
      message: 'evaluate: −log p of image 0 is NaN',
    });
  });

  it('tells the model the index of each image, or its place where none is known', async () => {
    const seen: unknown[] = [];
    const nats: typeof model.nats = (params, images, context) => {
      seen.push(context?.indices);
      return model.nats(params, images, context);
    };
    const subject = { model: { ...model, nats }, params: model.init(rng(1)) };
    await evaluate({ ...subject, batches: inBatchesOf(4) });
    expect(seen.splice(0)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    const told = { images: tinyImages(2), count: 2, indices: [3, 70] };
    await evaluate({ ...subject, batches: [told] });
    expect(seen).toEqual([[3, 70]]);
  });

  it('keeps no tensors', async () => {
    const params = model.init(rng(1));
    const before = tf.memory().numTensors;
    await evaluate({ model, params, batches: inBatchesOf(3) });
    expect(tf.memory().numTensors).toBe(before);
  });
});
