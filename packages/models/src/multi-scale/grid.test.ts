import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { grid } from './grid.ts';

const image = { height: 4, width: 6, channels: 2, levels: 256 };
const onGrid = grid('me', image, 2);
/** Two images whose levels say where they are. */
const images = Float32Array.from({ length: 96 }, (_, i) => i);
const small = [0, 1, 4, 5, 8, 9, 24, 25, 28, 29, 32, 33];
const ofBoth = [...small, ...small.map((i) => i + 48)];

it('takes every second pixel of every second row', async () => {
  expect(onGrid.image).toEqual({ ...image, height: 2, width: 3 });
  const y = onGrid.subsample(tf.tensor4d(images, [2, 4, 6, 2]));
  expect(y.shape).toEqual([2, 2, 3, 2]);
  expect([...(await y.data())]).toEqual(ofBoth);
  expect([...onGrid.mask]).toEqual([1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
});

it('takes the same pixels of what is known, and puts them back', () => {
  const mask = Uint8Array.from({ length: 48 }, (_, i) => Number(i < 3 || i === 36));
  const known = onGrid.subsampleKnown({ images, mask });
  expect([...known.images]).toEqual(ofBoth);
  expect([...known.mask]).toEqual([1, 1, 0, 0, 0, 0, /* and */ 0, 0, 0, 1, 0, 0]);
  const spread = onGrid.spread(known.images);
  expect([...spread.mask]).toEqual([...onGrid.mask, ...onGrid.mask]);
  spread.mask.forEach((isKnown, pixel) => {
    const levels = [...spread.images.subarray(2 * pixel, 2 * pixel + 2)];
    expect(levels).toEqual(isKnown ? [2 * pixel, 2 * pixel + 1] : [0, 0]);
  });
});

it('refuses a factor that does not divide both sides, and 1', () => {
  expect(() => grid('me', image, 4)).toThrow('me: wanted a factor of at least 2 that divides 4 and 6, got 4');
  expect(() => grid('me', image, 1)).toThrow('got 1');
});
