// Multi-scale PixelRNN as a whole: the contract of every model, on images small enough to be listed; three scales; and the two ways to draw.
import { type ImageSpec, type JsonObject, leaves, type Params, rng, toContext, toHost } from '@pixelrnn/core';
import { type Conditionals, sample, sampleNaive } from '@pixelrnn/generate';
import { createModel, multiScale } from '@pixelrnn/models';
import { modelContract, randomParams } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { conditionsOf } from './conditions-of.ts';
import { imageName, LOGISTICS } from './models.ts';
import { unhurried, withoutDifferences } from './unhurried.ts';

const PIXEL_CNN = { system: 'pixelCnn', layers: 1, hidden: 3, head: 4 };
const ROW_LSTM = { system: 'pixelRnn', lstm: 'row', layers: 1, hidden: 3, head: 4 };
const GATED = { system: 'gatedPixelCnn', layers: 1, channels: 4, head: 6 };
const PIXEL_CNN_PP = { system: 'pixelCnnPp', filters: 2, resnets: 1, scales: 2, dropout: 0, likelihood: LOGISTICS };

const image = (height: number, width: number, channels: number, levels: number): ImageSpec => ({
  height,
  width,
  channels,
  levels,
});
const twoScales = (of: ImageSpec) =>
  multiScale({ image: of, factor: 2, small: PIXEL_CNN, large: { ...GATED, classes: 2 }, channels: 2 }, createModel);
/** 4×4, 2×2, 1×1 pixels. */
const threeScales = () =>
  multiScale(
    {
      image: image(4, 4, 1, 3),
      factor: 2,
      small: { system: 'multiScale', factor: 2, small: GATED, large: ROW_LSTM, channels: 2 },
      large: { ...PIXEL_CNN, likelihood: 'categorical' },
      channels: 3,
    },
    createModel,
  );

/** Large models of other layers, and of a likelihood that ties the colours. */
const LARGE: readonly [title: string, of: ImageSpec, large: JsonObject & { system: string }][] = [
  ['logistics', image(2, 2, 3, 2), { ...GATED, likelihood: LOGISTICS }],
  ['a Diagonal BiLSTM', image(2, 2, 3, 2), { ...ROW_LSTM, lstm: 'diagonal' }],
  ['PixelCNN++', image(2, 4, 1, 2), PIXEL_CNN_PP], // with tiny gradients
];

describe('the contract', () => {
  for (const of of [image(2, 4, 1, 2), image(2, 2, 3, 2)])
    modelContract(`multi-scale ${imageName(of)}`, twoScales(of), { describe, it: unhurried, createModel });
  describe('of other large models', { tags: ['slow'] }, () => {
    for (const [title, of, large] of LARGE) {
      const model = multiScale({ image: of, factor: 2, small: PIXEL_CNN, large, channels: 2 }, createModel);
      const run = large === PIXEL_CNN_PP ? withoutDifferences : unhurried;
      modelContract(`multi-scale with ${title}, ${imageName(of)}`, model, { describe, it: run, createModel });
    }
  });
  modelContract('three scales', threeScales(), { describe, it: unhurried, createModel, exhaustive: false });
});

/** Full passes of a model on the active backend. */
const passes =
  (model: ReturnType<typeof multiScale>, params: Params): Conditionals =>
  async (images, batch, context) => {
    const { height, width, channels } = model.image;
    const pixels = tf.tensor4d(images, [batch, height, width, channels]);
    return (await model
      .conditionals(params as never, pixels, toContext(context, { batch, height, width }))
      .data()) as Float32Array;
  };

/** A small image of a system that is trained on something else than its nats, or calibrated. */
const over = (small: JsonObject & { system: string }) =>
  multiScale({ image: image(4, 4, 1, 2), factor: 2, small, large: PIXEL_CNN, channels: 2 }, createModel);

it('is trained on what its small scale is trained on, and reports the nats of both', () => {
  const model = over({ system: 'orderMixture', of: PIXEL_CNN, orders: ['right-down'], told: false });
  const params = model.init(rng(1));
  const images = tf.ones([2, 4, 4, 1]) as tf.Tensor4D;
  const { loss, nats } = model.objective!(params, images, { training: true, rng: rng(2) });
  const whole = model.nats(params, images).dataSync();
  for (const values of [loss, nats])
    values.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(whole[i], 4); // of one order, which is then the mixture
    });
});

it('calibrates the scales that can be', () => {
  const model = over({ system: 'pixelCnnPp', filters: 4, resnets: 1, scales: 1, dropout: 0 });
  const params = model.init(rng(1));
  const images = tf.tensor4d([0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], [1, 4, 4, 1]);
  const calibrated = model.calibrate!(params, images);
  const values = (tree: Params) => leaves<tf.Tensor>(tree).map(([, tensor]) => [...tensor.dataSync()]);
  expect(values(calibrated.small)).not.toEqual(values(params.small));
  expect(values(calibrated.large)).toEqual(values(params.large));
});

it('makes the map of known pixels as tensors as it does before it draws', async () => {
  const model = threeScales();
  const params = await randomParams({ init: (random) => model.init(random) }, 7);
  const images = Float32Array.from({ length: 16 }, (_, i) => (i * i) % 3);
  const { map } = model.first!.context(params as never, tf.tensor4d(images, [1, 4, 4, 1]));
  const known = { images, mask: new Uint8Array(16).fill(1) };
  const draw = async (_: string, __: unknown, ___: unknown, beginning?: { known?: typeof known }) =>
    beginning!.known!.images;
  const settled = await model.before!((await toHost(params)) as never, { random: [rng(1)], context: {}, known, draw });
  settled.context.map!.forEach((value, i) => {
    expect(value).toBeCloseTo(map!.dataSync()[i], 5);
  });
});

describe('drawing', () => {
  it.each([
    ['two scales', twoScales(image(4, 6, 1, 4))],
    ['three scales', threeScales()],
  ])('of %s is the same with caches and with full passes, and at any batch size', async (_, model) => {
    const params = await randomParams({ init: (random) => model.init(random) }, 5);
    const weights = await toHost(params);
    const options = { count: 3, seed: 6, context: conditionsOf(model, 3) };
    const cached = await sample(model, weights, options);
    const naive = await sampleNaive(model, passes(model, params), { ...options, weights });
    expect(naive.images).toEqual(cached.images);
    naive.nats.forEach((value, i) => {
      expect(value).toBeCloseTo(cached.nats[i], 3);
    });
    expect((await sample(model, weights, { ...options, batch: 2 })).images).toEqual(cached.images);
  });

  it('keeps what is known, at every scale', async () => {
    const model = threeScales();
    const weights = await toHost(model.init(rng(1)));
    const images = Float32Array.from({ length: 16 }, (_, i) => i % 3);
    const mask = Uint8Array.from({ length: 16 }, (_, i) => Number([0, 1, 2, 7, 10].includes(i)));
    const drawn = await sample(model, weights, { count: 4, seed: 2, known: { images, mask } });
    drawn.images.forEach((level, i) => {
      if (mask[i % 16] === 1) expect(level).toBe(images[i % 16]);
    });
    expect(drawn.isExact).toBe(false);
    const all = await sample(model, weights, { count: 1, seed: 2, known: { images, pixels: 16 } });
    expect([...all.images]).toEqual([...images]);
    expect([...all.nats]).toEqual([0]);
  });
});
