import { type GenerativeModel, type RngState, rng } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adam } from './adam.ts';
import { batchTensors } from './batch.ts';
import { addGradients, batchGradient, disposeGradient, type Gradient, type GradientOptions } from './gradient.ts';
import { initialState, modelShapes } from './state.ts';
import { tinyImages, tinyModel } from './tiny-model.fixture.ts';
import { unflatten } from './vector.ts';

function setting(count: number, model: GenerativeModel = tinyModel()): GradientOptions {
  return {
    model,
    shapes: modelShapes(model),
    state: { ...initialState({ model, optimizer: adam(), seed: 3 }), step: 7 },
    batch: { images: tinyImages(count, 1), count },
  };
}

const valuesOf = ({ nats, vector }: Gradient) => [...nats.dataSync(), ...vector.dataSync()];
const bits = (gradient: Gradient) => Buffer.from(new Float32Array(valuesOf(gradient)).buffer).toString('hex');

describe('batchGradient', () => {
  it('is that of the mean, in one shard to the bit', () => {
    const options = setting(6);
    const { model, shapes, state, batch } = options;
    const { value, grad } = tf.valueAndGrad((params: tf.Tensor) => {
      const { images, context } = batchTensors(model, batch);
      return tf.mean(model.nats(unflatten(params as tf.Tensor1D, shapes), images, context)) as tf.Scalar;
    })(state.params);
    const gradient = batchGradient(options);
    expect([...gradient.vector.dataSync()]).toEqual([...grad.dataSync()]);
    expect(gradient.nats.dataSync()[0]).toBeCloseTo(value.dataSync()[0], 5);
  });

  it.each([2, 3, 4, 6, 12])('is the same in %i shards', (shards) => {
    const [whole, sum] = [1, shards].map((count) => valuesOf(batchGradient({ ...setting(12), shards: count })));
    const norm = Math.hypot(...whole.slice(1));
    expect(Math.hypot(...whole.slice(1).map((value, i) => value - sum[i + 1])) / norm).toBeLessThan(1e-6);
    expect(sum[0] / whole[0]).toBeCloseTo(1, 6);
  });

  it.each([1, 2, 4, 8])('of 8 shards has the bits of the sum of groups of %i', (size) => {
    const options = { ...setting(24), shards: 8 };
    const groups = Array.from({ length: 8 / size }, (_, i) =>
      batchGradient({ ...options, own: { from: i * size, to: (i + 1) * size } }),
    );
    expect(bits(addGradients(groups))).toBe(bits(batchGradient(options)));
  });

  it('makes a shard of its images, its index and the step alone', () => {
    const options = setting(4);
    const other = { ...options.batch, images: options.batch.images.slice() };
    other.images.subarray(0, 16).fill(0);
    const second = (batch = options.batch) =>
      bits(batchGradient({ ...options, batch, shards: 2, own: { from: 1, to: 2 } }));
    expect(second({ ...other })).toBe(second());
    other.images.subarray(48).fill(0);
    expect(second({ ...other })).not.toBe(second());
  });

  it('gives each shard its images, labels and random numbers', () => {
    const model = tinyModel({ classes: 4 });
    const seen: { labels: number[]; first: number[]; rng: RngState }[] = [];
    const nats: typeof model.nats = (params, images, context) => {
      const { labels, rng } = context!;
      seen.push({ labels: [...labels!.dataSync()], first: [...images.dataSync().slice(0, 16)], rng: rng!.state() });
      return model.nats(params, images, context);
    };
    const options = setting(4, { ...model, nats });
    const batch = { ...options.batch, labels: Int32Array.of(3, 2, 1, 0) };
    const stepRng = rng(3).fork('training').fork(7);
    batchGradient({ ...options, batch, shards: 2 });
    expect(seen).toEqual([
      { labels: [3, 2], first: [...batch.images.subarray(0, 16)], rng: stepRng.fork(0).state() },
      { labels: [1, 0], first: [...batch.images.subarray(32, 48)], rng: stepRng.fork(1).state() },
    ]);
    batchGradient({ ...options, batch });
    expect(seen[2].rng).toEqual(stepRng.state());
  });

  it('gives each shard its vectors and maps', () => {
    const model = { ...tinyModel(), conditions: { vector: 1, map: 1 } };
    const seen: number[][] = [];
    const nats: typeof model.nats = (params, images, context) => {
      seen.push([...context!.vector!.dataSync(), ...tf.slice(context!.map!, 0, [1, 1, 1, 1]).dataSync()]);
      return model.nats(params, images, context);
    };
    const options = setting(4, { ...model, nats });
    const map = Float32Array.from({ length: 64 }, (_, i) => i);
    batchGradient({ ...options, batch: { ...options.batch, vector: Float32Array.of(5, 6, 7, 8), map }, shards: 2 });
    expect(seen).toEqual([
      [5, 6, 0],
      [7, 8, 32],
    ]);
  });

  it('frees a shard before the next, and holds as many sums as there are ones in its index', () => {
    const model = tinyModel();
    const held: number[] = [];
    const nats: typeof model.nats = (...args) => {
      held.push(tf.memory().numTensors);
      return model.nats(...args);
    };
    const options = setting(8, { ...model, nats });
    const before = tf.memory().numTensors;
    const gradient = batchGradient({ ...options, shards: 8 });
    expect(held.map((count) => (count - held[0]) / 2)).toEqual([0, 1, 1, 2, 1, 2, 2, 3]);
    expect(tf.memory().numTensors).toBe(before + 2);
    disposeGradient(gradient);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each<[string, Partial<GradientOptions>, string]>([
    ['3 shards of 8 images', { shards: 3 }, 'wanted shards that divide a batch of 8 images, got 3'],
    ['no shards', { shards: 0 }, 'wanted shards that divide a batch of 8 images, got 0'],
    [
      'shards that are no part of the sum',
      { shards: 4, own: { from: 1, to: 3 } },
      'batchGradient: wanted all 4 shards or an aligned group of 2ᵏ of them, got 1 … 2',
    ],
  ])('refuses %s', (_, options, message) => {
    const base = setting(8);
    const before = tf.memory().numTensors;
    expect(() => batchGradient({ ...base, ...options })).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('batchGradient of a model with an objective', () => {
  /** Minimizes twice the nats; reports the nats, and beside them the step and their negative. */
  function withObjective(): GenerativeModel {
    const model = tinyModel();
    return {
      ...model,
      objective(params, images, context) {
        const nats = model.nats(params, images, context);
        const step = tf.fill([images.shape[0]], context.step!);
        return { loss: tf.mul(nats, 2), nats, terms: { pair: tf.stack([step, tf.mul(nats, -1)], 1) as tf.Tensor2D } };
      },
    };
  }
  const termsOf = ({ terms }: Gradient) => [...terms!.pair.dataSync()];

  it('differentiates its loss, and reports its nats and terms', () => {
    const plain = batchGradient(setting(6));
    const gradient = batchGradient(setting(6, withObjective()));
    expect(gradient.nats.dataSync()).toEqual(plain.nats.dataSync());
    expect([...gradient.vector.dataSync()]).toEqual([...plain.vector.dataSync()].map((value) => 2 * value));
    expect(termsOf(gradient)).toEqual([7, -plain.nats.dataSync()[0]].map((value) => expect.closeTo(value, 5)));
  });

  it('adds up over shards, and leaves no tensor behind', () => {
    const options = setting(8, withObjective());
    const whole = batchGradient(options);
    const before = tf.memory().numTensors;
    const sum = batchGradient({ ...options, shards: 4 });
    expect(tf.memory().numTensors).toBe(before + 3);
    expect(termsOf(sum)).toEqual(termsOf(whole).map((value) => expect.closeTo(value, 5)));
    const groups = [0, 2].map((from) => batchGradient({ ...options, shards: 4, own: { from, to: from + 2 } }));
    const added = addGradients(groups);
    expect(bits(added)).toBe(bits(sum));
    expect(termsOf(added)).toEqual(termsOf(sum));
    for (const gradient of [sum, added, ...groups]) disposeGradient(gradient);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('addGradients', () => {
  it('leaves the parts alone, even if there is only one', () => {
    const part = { nats: tf.scalar(1), vector: tf.tensor1d([2, 3]) };
    const before = tf.memory().numTensors;
    const sum = addGradients([part]);
    expect(tf.memory().numTensors).toBe(before + 2);
    disposeGradient(sum);
    expect(valuesOf(part)).toEqual([1, 2, 3]);
    expect(valuesOf(addGradients([part, part, part]))).toEqual([3, 6, 9]);
  });

  it('refuses none', () => {
    expect(() => addGradients([])).toThrow('addGradients: wanted at least one gradient, got none');
  });
});
