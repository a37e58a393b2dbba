// Models with latents: the contract, and what their bounds are worth where everything can be counted.
import { type GenerativeModel, type ImageSpec, mapTree, rng, toHost } from '@pixelrnn/core';
import { interpolate, type SampleOptions, sample } from '@pixelrnn/generate';
import { convEncoder, upsampler } from '@pixelrnn/layers';
import { autoEncoder, createModel, gatedPixelCnn, hierarchicalPrior, pixelCnnPp, pixelVae } from '@pixelrnn/models';
import { allImages, modelContract, randomParams } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { imageName, LOGISTICS, RGB, TINY } from './models.ts';
import { unhurried } from './unhurried.ts';

const [BITS, , RGB_BITS] = TINY;

const encoderOf = ({ height, width, channels }: ImageSpec, latents: number) =>
  convEncoder({ inputs: [height, width, channels], outputs: [2 * latents], layers: [[3, 2]], activation: 'elu' });

const partsOf = (image: ImageSpec, latents: number, options = {}) => ({
  encoder: encoderOf(image, latents),
  decoder: gatedPixelCnn({ image, layers: 1, channels: 6, head: 6, vector: latents, ...options }),
});

/** Latents in every gate. */
const inGates = (image: ImageSpec, latents = 2, options = {}): GenerativeModel =>
  pixelVae(partsOf(image, latents, options));

/** Latents as a map of features. */
const asMap = (image: ImageSpec): GenerativeModel =>
  pixelVae({
    encoder: encoderOf(image, 2),
    decoder: gatedPixelCnn({ image, layers: 1, channels: 6, head: 6, map: 3 }),
    upsampler: upsampler({ inputs: [2], outputs: [image.height, image.width, 3], layers: [[2, 1]], activation: 'elu' }),
    warmUp: 10,
  });

/** A map of latents, and a level of others above it. */
const twoLevels = (image: ImageSpec): GenerativeModel =>
  createModel({
    system: 'pixelVae',
    image: { ...image },
    latents: [image.height, image.width, 1],
    encoder: { name: 'convEncoder', config: { layers: [[3, 1]], activation: 'elu' } },
    upsampler: { name: 'upsampler', config: { layers: [[2, 1]], activation: 'elu' } },
    features: 3,
    prior: {
      top: 2,
      encoder: { name: 'convEncoder', config: { layers: [[2, 2]], activation: 'elu' } },
      layers: 1,
      channels: 4,
      head: 4,
    },
    decoder: { system: 'gatedPixelCnn', layers: 1, channels: 6, head: 6 },
  });

const ofClasses = (image: ImageSpec) => inGates(image, 2, { classes: 3 });

/** Beside a map that is given: of what it is to restore, say. */
const ofMaps = (image: ImageSpec) => inGates(image, 2, { map: 1 });

/** Latents in every resnet of PixelCNN++. */
const inResnets = (image: ImageSpec): GenerativeModel =>
  pixelVae({
    encoder: encoderOf(image, 2),
    decoder: pixelCnnPp({ image, filters: 2, resnets: 1, scales: 2, dropout: 0, likelihood: LOGISTICS, vector: 2 }),
  });

const CASES: readonly {
  name: string;
  build: (image: ImageSpec) => GenerativeModel;
  image: ImageSpec;
  tags?: string[];
}[] = [
  { name: 'latents in gates', build: inGates, image: BITS },
  { name: 'latents in gates', build: inGates, image: RGB_BITS, tags: ['slow'] },
  { name: 'latents in gates', build: inGates, image: RGB, tags: ['slow'] },
  { name: 'latents as a map', build: asMap, image: BITS },
  { name: 'latents as a map', build: asMap, image: RGB, tags: ['slow'] },
  { name: 'of two levels', build: twoLevels, image: BITS },
  { name: 'of two levels', build: twoLevels, image: RGB, tags: ['slow'] },
  { name: 'of classes', build: ofClasses, image: BITS, tags: ['slow'] },
  { name: 'of maps', build: ofMaps, image: BITS, tags: ['slow'] },
  { name: 'latents in resnets, before logistics', build: inResnets, image: RGB_BITS, tags: ['slow'] },
];

describe('auto-encoder', () => {
  const ofImages = (image: ImageSpec) =>
    autoEncoder({
      encoder: convEncoder({
        inputs: [image.height, image.width, image.channels],
        outputs: [3],
        layers: [[3, 2]],
        activation: 'elu',
      }),
      decoder: gatedPixelCnn({ image, layers: 1, channels: 6, head: 6, vector: 3 }),
    });
  const model = ofImages(BITS);
  modelContract(`of ${imageName(BITS)}`, model, { describe, it: unhurried, createModel });
  describe('in colours', { tags: ['slow'] }, () => {
    modelContract(`of ${imageName(RGB)}`, ofImages(RGB), { describe, it: unhurried, createModel, exhaustive: false });
  });

  it('has no codes to draw from, and draws images of those that it is given', async () => {
    const params = await randomParams(model, 'codes');
    const weights = await toHost(params);
    const { images } = allImages(model);
    await expect(sample(model, weights, { count: 2, seed: 1 })).rejects.toThrow(
      'autoEncoder: wanted a code for each image (context.vector), since codes have no distribution to draw from',
    );
    const ends = images.slice(12, 20); // images 3 and 4
    const line = await interpolate(model, weights, { images: ends, count: 5, seed: 1 });
    expect(line.images).toHaveLength(20);
    const one = await sample(model, weights, {
      count: 1,
      seed: 1,
      context: model.encode!(weights, ends.slice(0, 4), 1),
    });
    expect(line.images.slice(0, 4)).toEqual(one.images);
    const same = await interpolate(model, weights, { images: images.slice(0, 8).fill(0), count: 3, seed: 1 });
    expect(same.images.slice(4)).toEqual(Float32Array.of(...same.images.slice(0, 4), ...same.images.slice(0, 4)));
    const nats = tf.tidy(() => model.nats(params, tf.tensor4d(one.images, [1, 2, 2, 1])).dataSync()[0]);
    expect(nats).toBeGreaterThan(0);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'a model without codes',
      () => interpolate(gatedPixelCnn({ image: BITS }), {}, { images: new Float32Array(8), count: 2, seed: 1 }),
      'interpolate: wanted a model with codes of images, got gatedPixelCnn, which has none',
    ],
    [
      'one image',
      () => interpolate(model, {}, { images: new Float32Array(4), count: 2, seed: 1 }),
      'interpolate: wanted 2 images of 4 levels, got 4 levels',
    ],
    [
      'a line of one image',
      () => interpolate(model, {}, { images: new Float32Array(8), count: 1, seed: 1 }),
      'interpolate: wanted a count of at least 2, got 1',
    ],
  ])('does not interpolate %s', async (_, run, message) => {
    await expect(run()).rejects.toThrow(message);
  });
});

for (const { name, build, image, tags = [] } of CASES)
  describe('PixelVAE', { tags }, () => {
    const promise = { createModel, exhaustive: TINY.includes(image) };
    modelContract(`${name} ${imageName(image)}`, build(image), { describe, it: unhurried, ...promise });
  });

describe('images of a PixelVAE of two levels that differ in one thing alone', async () => {
  const image: ImageSpec = { height: 4, width: 4, channels: 1, levels: 4 };
  const [count, seed] = [6, 'levels'];
  const model = twoLevels(image);
  const loud = (values: Float32Array) => values.map((value) => 3 * value); // so that pixels depend on latents
  const weights = mapTree(await toHost(await randomParams(model, seed)), loud);
  const prior = hierarchicalPrior({ latents: [4, 4, 1], ...(model.config.prior as object) } as never);

  /** The images, and the latents under which each was drawn. */
  async function drawn(options: Partial<SampleOptions>) {
    const z: number[] = [];
    const before: GenerativeModel['before'] = async (...request) => {
      const beginning = await model.before!(...request);
      z.push(...beginning.context.vector!);
      return beginning;
    };
    const { images } = await sample({ ...model, before }, weights, { count, seed, batch: 4, ...options });
    return { images: [...images], z };
  }

  /** Latents of the noise of these images, at the top and at the bottom. */
  const latentsOf = (top: readonly number[], bottom: readonly number[]) => {
    const streams = top.map((_, i) => {
      const fork = (name: string | number) => rng(seed).fork((name === 'top' ? top : bottom)[i]).fork(name); // biome-ignore format: one row
      return { ...rng(seed), fork };
    });
    return [...prior.draw(weights.prior as never, streams)];
  };
  const own = Array.from({ length: count }, (_, i) => i);
  const first = own.map(() => 0);

  it.each<[vary: string[], top: number[], bottom: number[], pixels: number[]]>([
    [['top'], own, first, first],
    [['bottom'], first, own, first],
    [['pixels'], first, first, own],
    [['top', 'bottom'], own, own, first],
    [['bottom', 'pixels'], first, own, own],
    [[], first, first, first],
  ])('%j', async (vary, top, bottom, pixels) => {
    const found = await drawn({ vary });
    expect(found.z).toEqual(latentsOf(top, bottom));
    const alone = pixels.map((number, i) =>
      drawn({ count: 1, first: number, context: { vector: Float32Array.from(found.z.slice(16 * i, 16 * i + 16)) } }),
    );
    expect(found.images).toEqual((await Promise.all(alone)).flatMap(({ images }) => images));
    const different = new Set(own.map((i) => found.images.slice(16 * i, 16 * i + 16).join())).size;
    expect(different === 1).toBe(vary.length === 0);
  });
});

describe('a PixelVAE of one latent, all of whose images are counted', () => {
  const model = inGates(BITS, 1);
  const { count, images } = allImages(model);
  const levels = () => tf.tensor4d(images, [count, 2, 2, 1]);

  /** Parameters in general position, of a posterior that is not narrow: then means of weights have short tails. */
  async function parameters() {
    const params = await randomParams(model, 'one latent');
    const halve = (tensor: tf.Tensor) => tf.mul(tensor, 0.5);
    const encoder = params.encoder as Record<string, Record<string, tf.Tensor>>;
    const last = Object.keys(encoder).pop()!;
    const { weights, bias } = encoder[last];
    return { ...params, encoder: { ...encoder, [last]: { weights: halve(weights), bias: halve(bias) } } };
  }

  /** p(x) = ∫ N(z; 0, 1) p(x | z) dz by the rectangle rule on −6 … 6: the integrand is smooth and its tails are 1e-8. */
  function exactNats(params: Awaited<ReturnType<typeof parameters>>): number[] {
    const step = 0.25;
    const sums = new Array(count).fill(0);
    for (let z = -6; z <= 6; z += step) {
      const logs = tf.tidy(() => {
        const vector = tf.fill([count, 1], z) as tf.Tensor2D;
        return model.likelihood.logProb(model.conditionals(params, levels(), { vector }), levels()).dataSync();
      });
      for (let i = 0; i < count; i++) sums[i] += (step * Math.exp(logs[i] - (z * z) / 2)) / Math.sqrt(2 * Math.PI);
    }
    return sums.map((p) => -Math.log(p));
  }

  it('bounds −log p(x) from above, the closer the more draws are weighted', async () => {
    const params = await parameters();
    const exact = exactNats(params);
    expect(exact.reduce((sum, nats) => sum + Math.exp(-nats), 0)).toBeCloseTo(1, 5);
    const rows = (compute: GenerativeModel['nats']) =>
      Array.from({ length: 128 }, (_, draw) => [...tf.tidy(() => compute(params, levels(), { draw }).dataSync())]);
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const meanOver = (of: number[][]) => exact.map((_, i) => mean(of.map((row) => row[i])));
    const logs = rows(model.logWeights!);
    /** −log of means of k weights, over all groups of k draws: the total over images. */
    const bound = (k: number) =>
      exact.reduce((sum, _, i) => {
        const groups = Array.from({ length: logs.length / k }, (_, g) =>
          Math.log(mean(logs.slice(g * k, (g + 1) * k).map((row) => Math.exp(row[i])))),
        );
        return sum - mean(groups);
      }, 0);
    const total = exact.reduce((a, b) => a + b, 0);
    const bounds = [meanOver(rows(model.nats)).reduce((a, b) => a + b, 0), ...[1, 4, 16, 128].map(bound)];
    // The same expectation, with the divergence in closed form: means of 128 draws over 16 images.
    expect(Math.abs(bounds[0] - bounds[1])).toBeLessThan(2);
    for (let i = 2; i < bounds.length; i++) expect(bounds[i]).toBeLessThan(bounds[i - 1]);
    expect(bounds[3] - total).toBeGreaterThan(-0.1);
    expect((bounds[4] - total) / count).toBeLessThan(0.02);
    expect((bounds[0] - total) / count).toBeGreaterThan(0.05);
  });

  it('draws latents for an image by its number, whatever the batch, and others for another draw', async () => {
    const params = await parameters();
    const natsOf = (indices: number[], draw?: number) => [
      ...tf.tidy(() => model.nats(params, tf.gather(levels(), indices), { indices, draw }).dataSync()),
    ];
    const every = Array.from({ length: count }, (_, i) => i);
    const all = natsOf(every);
    expect(natsOf([5, 7, 2])).toEqual([5, 7, 2].map((i) => expect.closeTo(all[i], 5)));
    expect(natsOf(every, 0)).toEqual(all);
    expect(natsOf(every, 1)).not.toEqual(all);
  });

  it('T16: anneals what it minimizes, and reports the bound', async () => {
    const annealed = pixelVae({ ...partsOf(BITS, 1), warmUp: 10 });
    const params = await parameters();
    const at = (step: number | undefined) =>
      tf.tidy(() => {
        const { loss, nats, terms } = annealed.objective!(params, levels(), { step });
        return [loss, nats, tf.sum(terms!.kl, 1)].map((values) => [...values.dataSync()]);
      });
    const bound = [...tf.tidy(() => annealed.nats(params, levels()).dataSync())];
    for (const [step, weight] of [
      [0, 0],
      [5, 0.5],
      [10, 1],
      [1000, 1],
      [undefined, 1],
    ] as const) {
      const [loss, nats, kl] = at(step);
      expect(nats).toEqual(bound);
      expect(loss).toEqual(bound.map((value, i) => expect.closeTo(value - (1 - weight) * kl[i], 5)));
    }
  });

  it('encodes an image as the mean of its posterior', async () => {
    const params = await parameters();
    const { vector } = model.encode!(await toHost(params), images, count);
    const statistics = tf.tidy(() => {
      const { encoder } = partsOf(BITS, 1);
      return encoder.apply(params.encoder as never, tf.sub(tf.mul(levels(), 2), 1)).dataSync();
    });
    expect([...vector!]).toEqual(Array.from({ length: count }, (_, i) => expect.closeTo(statistics[2 * i], 5)));
  });
});

it.each<[string, () => unknown, string]>([
  [
    'a decoder of another vector',
    () => pixelVae({ ...partsOf(BITS, 1), decoder: gatedPixelCnn({ image: BITS, vector: 2 }) }),
    'pixelVae: wanted a decoder of a vector of 1, got gatedPixelCnn of 2',
  ],
  [
    'a decoder that has latents itself',
    () => pixelVae({ ...partsOf(BITS, 1), decoder: inGates(BITS, 1) }),
    'pixelVae: wanted a decoder with a likelihood of its own that draws nothing beforehand, got pixelVae',
  ],
  [
    'an upsampler to another map',
    () =>
      pixelVae({
        ...partsOf(BITS, 1),
        decoder: gatedPixelCnn({ image: BITS, map: 2 }),
        upsampler: upsampler({ inputs: [1], outputs: [2, 2, 3], layers: [[2, 1]] }),
      }),
    'pixelVae: wanted an upsampler of 1 numbers → [2,2,2], the map of its decoder, got upsampler of [1] → [2,2,3]',
  ],
  [
    'an encoder of other images',
    () => pixelVae({ ...partsOf(BITS, 1), encoder: encoderOf(RGB_BITS, 1) }),
    'pixelVae: wanted an encoder of [2,2,1], got convEncoder of [1,2,3]',
  ],
  [
    'half a step of warm-up',
    () => pixelVae({ ...partsOf(BITS, 1), warmUp: 0.5 }),
    'pixelVae: wanted a warm-up of a positive whole number of steps, got 0.5',
  ],
  [
    'features without an upsampler',
    () => createModel({ ...inGates(BITS).config, features: 3 }),
    'pixelVae: wanted both an upsampler and its features, or none, got features = 3',
  ],
  [
    'a level above a vector',
    () => createModel({ ...inGates(BITS).config, prior: twoLevels(BITS).config.prior }),
    'pixelVae: wanted a map [h, w, C] of latents below a level of others, got 2',
  ],
  [
    'a prior of other latents',
    () =>
      pixelVae({
        ...partsOf(BITS, 1),
        prior: hierarchicalPrior({
          latents: [2, 2, 1],
          top: 1,
          encoder: { name: 'convEncoder', config: { layers: [[2, 1]] } },
        }),
      }),
    'pixelVae: wanted an encoder of 2 × 4 statistics, got convEncoder of 2',
  ],
  [
    'a flat map of latents',
    () => createModel({ ...inGates(BITS).config, latents: [2, 2] }),
    'pixelVae: wanted a number of latents, or a map [h, w, C] of them, got [2,2]',
  ],
])('refuses %s', (_, make, message) => {
  expect(make).toThrow(message);
});
