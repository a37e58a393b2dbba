import type { GenerativeModel } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { tinyModel } from '../fixtures/tiny-model.ts';
import { receptiveField } from './receptive-field.ts';

/** Each pixel sees its left neighbour and the one above, and so their own. */
const model = tinyModel({ height: 2, width: 3, channels: 1, levels: 2 }) as GenerativeModel;
const pixel = { row: 1, column: 1 };

it('finds what a pixel sees and what comes before it, and tells of its draws', async () => {
  const told: [number, number][] = [];
  const field = await receptiveField(model, pixel, { patience: 2, onDraw: (...draw) => told.push(draw) });
  expect(field).toMatchObject({ ...pixel, image: model.image, draws: 3 });
  expect([...field.seen[0]]).toEqual([0, 1, 0, 1, 0, 0]);
  expect([...field.earlier[0]]).toEqual([1, 1, 1, 1, 0, 0]);
  expect(told).toEqual([1, 2, 3].map((draws) => [draws, 2]));
});

it('shows what a model sees that comes later', async () => {
  const leaky: GenerativeModel = {
    ...model,
    conditionals: (params, images, context) =>
      tf.tidy(() => tf.add(model.conditionals(params, images, context), tf.sum(images, 2, true))),
  };
  const { seen } = await receptiveField(leaky, pixel, { patience: 1 });
  expect([...seen[0]]).toEqual([0, 1, 0, 1, 1, 1]);
  const first = await receptiveField(leaky, { row: 0, column: 0 }, { patience: 1 }); // which nothing comes before
  expect([...first.seen[0]]).toEqual([1, 1, 1, 0, 0, 0]);
});

it('refuses gradients that are no numbers, and pixels of another model that the model does not name', async () => {
  const broken: GenerativeModel = {
    ...model,
    conditionals: (params, images) =>
      tf.tidy(() => tf.sqrt(tf.neg(tf.add<tf.Tensor4D>(tf.square(model.conditionals(params, images)), 1)))),
  };
  await expect(receptiveField(broken, pixel)).rejects.toThrow(
    'receptiveField: wanted a gradient of here(row 1, column 1',
  );
  const secretive: GenerativeModel = {
    ...model,
    before: async (weights, { context, draw }) => {
      await draw('other', model, weights);
      return { context };
    },
  };
  await expect(receptiveField(secretive, pixel)).rejects.toThrow('tinyModel draws pixels that it does not name');
});
