// Every model that gives an exact likelihood compresses images, without a line of its own.

import { compress, decompress, readArchive } from '@pixelrnn/codec';
import { dimensions, type GenerativeModel, type ImageSpec, type Rng, rng, toHost } from '@pixelrnn/core';
import { sample } from '@pixelrnn/generate';
import { createModel } from '@pixelrnn/models';
import { randomParams } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { BINARY, imageName, NETWORKS, RGB } from '../models.ts';

const SIZE = { height: 4, width: 4 };
const PIXEL_CNN = { system: 'pixelCnn', layers: 1, hidden: 3, head: 4 };
const GATED = { system: 'gatedPixelCnn', layers: 1, channels: 4, head: 6 };

/** Systems that settle something before the first pixel, and one of classes, beside the networks. */
const SYSTEMS: readonly { name: string; build(image: ImageSpec): GenerativeModel }[] = [
  ...NETWORKS.filter(({ name }) => !name.includes('conditions')),
  { name: 'Gated PixelCNN of classes', build: (image) => createModel({ ...GATED, image: { ...image }, classes: 3 }) },
  {
    name: 'multi-scale',
    build: (image) =>
      createModel({
        system: 'multiScale',
        image: { ...image, ...SIZE },
        factor: 2,
        channels: 2,
        small: { system: 'multiScale', factor: 2, channels: 2, small: PIXEL_CNN, large: GATED },
        large: GATED,
      }),
  },
  {
    name: 'mixture of orders',
    build: (image) => createModel({ system: 'orderMixture', image: { ...image, ...SIZE }, of: GATED }),
  },
];
const CASES = SYSTEMS.flatMap(({ name, build }) =>
  [BINARY, RGB].map((image) => ({ name: `${name} ${imageName(image)}`, model: build(image) })),
);

/** Images that the model draws, so that they cost what images of it cost, and their classes. */
async function drawn(model: GenerativeModel, count: number) {
  const params = await randomParams(model, 1);
  const weights = await toHost(params);
  const { classes } = model.conditions;
  const labels = classes === undefined ? undefined : Int32Array.from({ length: count }, (_, i) => i % classes);
  const { images } = await sample(model, weights, { count, seed: 2, context: { labels } });
  const size = dimensions(model.image);
  const { height, width } = model.image;
  return {
    params,
    weights,
    labels,
    images: Array.from({ length: count }, (_, i) => ({
      height,
      width,
      levels: images.slice(i * size, (i + 1) * size),
      ...(labels && { label: labels[i] }),
    })),
    all: images,
  };
}

/** What orders of pixels are drawn from where a block is coded, one image after the other. */
function ordersOfCodec(): Rng {
  let image = 0;
  return { ...rng(0), fork: () => ({ ...rng(0), uniform: () => rng('codec').fork(image++).fork('order').uniform() }) };
}

describe.each(CASES)('C31, C33: $name', ({ name, model }) => {
  const COUNT = 9;

  it('gives images back to the bit, alone and in batches, and each costs the same in any of them', async () => {
    const { weights, images } = await drawn(model, COUNT);
    const costs: number[][] = [];
    for (const block of [1, 4, COUNT]) {
      const { bytes, bits } = await compress(model, weights, images, { block });
      const back = await decompress(bytes, () => ({ model, weights }));
      expect(back.map(({ levels }) => [...levels])).toEqual(images.map(({ levels }) => [...levels]));
      expect(back.map(({ label }) => label)).toEqual(images.map(({ label }) => label));
      costs.push([...bits]);
    }
    if (name.startsWith('mixture')) return; // an image's order is that of its place in the block
    expect(costs[1]).toEqual(costs[0]);
    expect(costs[2]).toEqual(costs[0]);
  });

  it('takes a byte more than −log₂ p, as full passes of the network say it', async () => {
    const { params, weights, images, labels, all } = await drawn(model, COUNT);
    const { bytes } = await compress(model, weights, images);
    const { height, width, channels } = model.image;
    const context = labels && { labels: tf.tensor1d(labels, 'int32') };
    const batch = tf.tensor4d(all, [COUNT, height, width, channels]);
    // An image is coded in one order of a mixture, which may be dearer than their mean.
    const inOneOrder = model.objective?.(params, batch, { ...context, rng: ordersOfCodec() });
    const nats = await (inOneOrder?.nats ?? model.nats(params, batch, context)).data();
    const ofClasses = COUNT * Math.log2(model.conditions.classes ?? 1);
    const bits = Array.from(nats).reduce((sum, each) => sum + each / Math.LN2, ofClasses);
    const length = readArchive(bytes)
      .blocks.flatMap(({ streams }) => streams)
      .reduce((sum, s) => sum + s.length, 0);
    expect(length).toBeLessThanOrEqual(Math.ceil(bits / 8) * 1.001 + 1);
    expect(length).toBeGreaterThanOrEqual(bits / 8 - 1);
  });
});

it.each(CASES.filter(({ model }) => !model.before))(
  'C31: $name takes images of other sizes, whole and in strips',
  async ({ model }) => {
    const { weights } = await drawn(model, 1);
    const random = rng('other sizes');
    const { channels, levels, height, width } = model.image;
    const image = (rows: number, columns: number) => ({
      height: rows,
      width: columns,
      levels: Uint8Array.from({ length: rows * columns * channels }, () => Math.floor(random.uniform() * levels)),
      ...(model.conditions.classes !== undefined && { label: 1 }),
    });
    const images = [image(height + 5, width + 3), image(1, 1), image(2, width - 2)];
    for (const rows of [undefined, 4]) {
      const { bytes } = await compress(model, weights, images, { rows });
      const back = await decompress(bytes, () => ({ model, weights }));
      expect(back.map((one) => [...one.levels])).toEqual(images.map((one) => [...one.levels]));
    }
  },
);
