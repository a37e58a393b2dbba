// Mixtures of orders: C16, C18, C19, C22–C24, C28, C30 by the contract; then the mixture against its equation, written with images that are turned by
// hand, what training makes small, and completions of each half.
import { disposeParams, type GenerativeModel, type Params, rng, toHost } from '@pixelrnn/core';
import { sample } from '@pixelrnn/generate';
import {
  createModel,
  type OrderMixtureOptions,
  orderMixture as orderMixtureOf,
  SCAN_ORDERS,
  type ScanOrder,
} from '@pixelrnn/models';
import { allImages, chiSquareScore, modelContract, randomParams, relativeError } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { GREY, imageName, LOGISTICS, RGB, TINY } from './models.ts';
import { unhurried } from './unhurried.ts';

const orderMixture = (options: OrderMixtureOptions) => orderMixtureOf(options, createModel);

const [BITS, , RGB_BITS] = TINY;
const GATED = { system: 'gatedPixelCnn', layers: 1, channels: 6, head: 6 };
const ROW_LSTM = { system: 'pixelRnn', lstm: 'row', layers: 1, hidden: 3, head: 4 };

const CASES: readonly [title: string, options: OrderMixtureOptions, tags?: string[]][] = [
  ['of eight orders', { image: BITS, of: GATED }, ['slow']],
  ['of four orders of an image that is not square', { image: RGB_BITS, of: GATED }],
  ['of two orders and three classes', { image: BITS, of: { ...GATED, classes: 3 }, orders: ['up-left', 'right-down'] }],
  ['of two orders and a map', { image: BITS, of: { ...GATED, map: 1 }, orders: ['up-left', 'right-down'] }],
  ['that the network is not told', { image: BITS, of: ROW_LSTM, told: false }, ['slow']],
  ['of logistics', { image: RGB_BITS, of: { ...GATED, likelihood: LOGISTICS } }, ['slow']],
  ['of larger images', { image: RGB, of: GATED }, ['slow']],
  ['of eight orders in colours', { image: { ...RGB, height: 3, width: 3 }, of: GATED }, ['slow']],
  ['of larger images of few levels', { image: GREY, of: ROW_LSTM, told: false }, ['slow']],
];
for (const [title, options, tags = []] of CASES)
  describe('the contract', { tags }, () => {
    const exhaustive = TINY.includes(options.image);
    const name = `Mixture ${title}, ${imageName(options.image)}`;
    modelContract(name, orderMixture(options), { describe, it: unhurried, createModel, exhaustive });
  });

/** An image as its order sees it: flipped or transposed until its scan is raster order. */
function turned(image: number[][], order: ScanOrder): number[][] {
  const [along, across] = order.split('-');
  const lines = along === 'down' || along === 'up' ? image[0].map((_, c) => image.map((row) => row[c])) : image;
  const forward = along === 'right' || along === 'down' ? lines : lines.map((line) => [...line].reverse());
  return across === 'down' || across === 'right' ? forward : [...forward].reverse();
}

/** −log p of grey images in one order: [n]. */
function natsInOrder(inner: GenerativeModel, params: Params, images: Float32Array, order: ScanOrder, label?: number) {
  const { height, width } = inner.image;
  const size = height * width;
  const count = images.length / size;
  const values = Array.from({ length: count }, (_, n) => {
    const rows = Array.from({ length: height }, (_, r) =>
      [...images.subarray(n * size, (n + 1) * size)].slice(r * width, (r + 1) * width),
    );
    return turned(rows, order).flat();
  }).flat();
  const labels = label === undefined ? undefined : tf.tensor1d(new Array<number>(count).fill(label), 'int32');
  return inner.nats(params, tf.tensor4d(values, [count, height, width, 1]), { labels }).dataSync();
}

const K = SCAN_ORDERS.length;
const inner = createModel({ ...GATED, image: { ...BITS }, classes: K });
const mixture = orderMixture({ image: BITS, of: GATED });
const everyImage = allImages(mixture);
const params = await randomParams(mixture, 'orders');
const weights = await toHost(params);
const perOrder = SCAN_ORDERS.map((order, k) => natsInOrder(inner, params, everyImage.images, order, k));
afterAll(() => disposeParams(params));

const natsOf = (images: Float32Array) =>
  tf.tidy(() => mixture.nats(params, tf.tensor4d(images, [images.length / 4, 2, 2, 1])).dataSync());

describe('the mixture', () => {
  it('is the mean of the probabilities in each order', () => {
    const expected = Array.from({ length: everyImage.count }, (_, n) => {
      const probabilities = perOrder.map((nats) => Math.exp(-nats[n]));
      return -Math.log(probabilities.reduce((a, b) => a + b) / K);
    });
    expect(relativeError(natsOf(everyImage.images), expected)).toBeLessThan(1e-5);
    // The orders do differ, else any mean would do.
    expect(relativeError(perOrder[0], perOrder[7])).toBeGreaterThan(0.01);
  });

  it('is trained in one order of each image, drawn from the step’s random numbers', () => {
    const images = tf.tensor4d(everyImage.images, [everyImage.count, 2, 2, 1]);
    const drawn = new Set<number>();
    for (let step = 0; step < 8; step++) {
      const context = { rng: rng('orders').fork(step), training: true };
      const { loss, nats } = mixture.objective!(params, images, context);
      expect(nats).toBe(loss);
      loss.dataSync().forEach((value, n) => {
        const distances = perOrder.map((all) => Math.abs(all[n] - value));
        expect(Math.min(...distances)).toBeLessThan(1e-5);
        drawn.add(distances.indexOf(Math.min(...distances)));
      });
      expect(mixture.objective!(params, images, context).loss.dataSync()).toEqual(loss.dataSync());
    }
    expect(drawn.size).toBe(K);
    expect(() => mixture.objective!(params, images, {})).toThrow(
      'orderMixture: wanted random numbers to draw orders from, got a context without rng',
    );
  });

  it('tells the nats of a sample in its order, of which its own are at most log K more (C25)', async () => {
    const drawn = await sample(mixture, weights, { count: 64, seed: 'orders' });
    const own = natsOf(drawn.images);
    const orders = new Set<number>();
    drawn.nats.forEach((nats, n) => {
      expect(own[n]).toBeLessThan(nats + Math.log(K) + 1e-5);
      const number = [...drawn.images.subarray(4 * n, 4 * n + 4)].reduceRight((sum, level) => 2 * sum + level, 0);
      const distances = perOrder.map((all) => Math.abs(all[number] - nats));
      expect(Math.min(...distances)).toBeLessThan(1e-4);
      orders.add(distances.indexOf(Math.min(...distances)));
    });
    expect(orders.size).toBeGreaterThan(4);
  });
});

it('tells the network class · K + order, in training and in drawing', async () => {
  const orders = ['up-left', 'right-down'] as const;
  const classes = orderMixture({ image: BITS, of: { ...GATED, classes: 3 }, orders });
  expect([classes.conditions.classes, classes.drawn!.conditions.classes]).toEqual([3, 6]);
  const labels = Int32Array.from({ length: 30 }, (_, i) => i % 3);
  const random = Array.from(labels, (_, i) => rng(i));
  const draw = () => Promise.reject(new Error('draws no other image'));
  const { context, order } = await classes.before!({}, { random, context: { labels }, draw });
  const drawn = Array.from(labels, (_, b) => (order![4 * b] === 3 ? 0 : 1)); // which begins at the last pixel
  expect(new Set(drawn).size).toBe(2);
  expect([...context.labels!]).toEqual(drawn.map((k, b) => labels[b] * 2 + k));

  const own = classes.init(rng(1));
  const { images } = allImages(classes);
  const given = createModel({ ...GATED, image: { ...BITS }, classes: 6 });
  const label = tf.tensor1d(new Array<number>(16).fill(2), 'int32');
  const nats = classes.nats(own, tf.tensor4d(images, [16, 2, 2, 1]), { labels: label }).dataSync();
  const [first, second] = orders.map((one, k) => natsInOrder(given, own, images, one, 4 + k));
  const mean = first.map((value, n) => -Math.log((Math.exp(-value) + Math.exp(-second[n])) / 2));
  expect(relativeError(nats, mean)).toBeLessThan(1e-5);
  disposeParams(own);
});

it('hands a map to the model of one order, said there or of all', () => {
  const [there, ofAll] = [{ of: { ...GATED, map: 2 } }, { of: GATED, map: 2 }].map((options) =>
    orderMixture({ image: BITS, ...options }),
  );
  expect(ofAll.conditions).toMatchObject({ map: 2 });
  expect(ofAll.config).toEqual(there.config);
});

it('of one order is the network in it, which is told a single class', () => {
  const model = orderMixture({ image: BITS, of: GATED, orders: ['left-up'] });
  const own = model.init(rng(3));
  const images = tf.tensor4d(everyImage.images, [everyImage.count, 2, 2, 1]);
  const told = createModel({ ...GATED, image: { ...BITS }, classes: 1 });
  const wanted = natsInOrder(told, own, everyImage.images, 'left-up', 0);
  expect(relativeError(model.nats(own, images).dataSync(), wanted)).toBeLessThan(1e-6);
  const { loss } = model.objective!(own, images, { training: true, rng: rng(4) });
  expect(relativeError(loss.dataSync(), wanted)).toBeLessThan(1e-6);
  disposeParams(own);
});

it('turns a map as it turns its image', () => {
  const orders = ['left-up'] as const;
  const model = orderMixture({ image: BITS, of: { ...GATED, map: 2 }, orders, told: false });
  const own = model.init(rng(2));
  const [image, map] = [tf.tensor4d([0, 1, 1, 1], [1, 2, 2, 1]), tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2])];
  const halfTurn = (x: tf.Tensor4D) => tf.reverse(x, [1, 2]);
  const expected = createModel({ ...GATED, image: { ...BITS }, map: 2 }).nats(own, halfTurn(image), {
    map: halfTurn(map),
  });
  expect(relativeError(model.nats(own, image, { map }).dataSync(), expected.dataSync())).toBeLessThan(1e-6);
  disposeParams(own);
});

/** Which orders begin with a half, and its pixels. */
const HALVES: readonly [half: string, orders: ScanOrder[], pixels: number[]][] = [
  ['upper', ['right-down', 'left-down'], [0, 1]],
  ['lower', ['right-up', 'left-up'], [2, 3]],
  ['left', ['down-right', 'up-right'], [0, 2]],
  ['right', ['down-left', 'up-left'], [1, 3]],
];

describe('completion (C23)', () => {
  const COUNT = 3000;
  it.each(HALVES)('of the %s half is drawn given all of it', async (_, orders, pixels) => {
    const mask = Uint8Array.from({ length: 4 }, (_, i) => Number(pixels.includes(i)));
    const image = [0, 1, 1, 0];
    const known = { images: image, mask };
    const completed = await sample(mixture, weights, { count: COUNT, seed: 'half', known });
    expect(completed.isExact).toBe(true);
    const agrees = (n: number) => pixels.every((pixel) => ((n >> pixel) & 1) === image[pixel]);
    const counts = new Float64Array(everyImage.count);
    for (let n = 0; n < COUNT; n++)
      counts[completed.images.subarray(4 * n, 4 * n + 4).reduceRight((sum, level) => 2 * sum + level, 0)]++;
    counts.forEach((count, n) => {
      if (!agrees(n)) expect(count).toBe(0);
    });
    // p_k(rest | half), the mean of both orders that begin with the half.
    const given = orders.map((order) => {
      const nats = perOrder[SCAN_ORDERS.indexOf(order)];
      const joint = Array.from(nats, (value, n) => (agrees(n) ? Math.exp(-value) : 0));
      const total = joint.reduce((a, b) => a + b);
      return joint.map((p) => p / total);
    });
    const probabilities = given[0].map((p, n) => (p + given[1][n]) / 2);
    expect(chiSquareScore(counts, probabilities)).toBeLessThan(5);
  });

  it('says so where no order begins with all that is known', async () => {
    const known = { images: [0, 1, 1, 0], mask: [1, 0, 0, 1] };
    const completed = await sample(mixture, weights, { count: 3, seed: 1, known });
    expect(completed.isExact).toBe(false);
    for (let n = 0; n < 3; n++) expect([completed.images[4 * n], completed.images[4 * n + 3]]).toEqual([0, 0]);
  });
});

it.each<[string, Partial<OrderMixtureOptions>, string]>([
  [
    'orders that there are not for the image',
    { image: { ...BITS, height: 3 }, orders: ['down-right'] },
    'orderMixture: wanted orders of right-down, left-down, right-up, left-up, each once, got ["down-right"]',
  ],
  ['an order twice', { orders: ['left-up', 'left-up'] }, 'each once, got ["left-up","left-up"]'],
  ['two maps', { of: { ...GATED, map: 2 }, map: 1 }, 'orderMixture: wanted one map, got map = 1 and of.map = 2'],
  ['no orders', { orders: [] }, 'each once, got []'],
  [
    'a mixture of mixtures',
    { of: { system: 'orderMixture', of: GATED }, told: false },
    'orderMixture: wanted a system that settles nothing before the first pixel, got orderMixture',
  ],
  [
    'a network that cannot be told its order',
    {
      of: {
        system: 'imageModel',
        likelihood: 'bernoulli',
        network: { name: 'maskedConv2d', config: { kernel: [3, 3], inputs: 1, outputs: 1, mask: 'A' } },
      },
    },
    'orderMixture: wanted a system of 8 classes, to tell it the order, got maskedConv2d of none (told: false does without)',
  ],
])('refuses %s', (_, options, message) => {
  expect(() => orderMixture({ image: BITS, of: GATED, ...options })).toThrow(message);
});
