import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { toHost } from '../params.ts';
import { rng } from '../rng.ts';
import { createEncoding, registerEncoding } from './create-encoding.ts';
import { embedded } from './embedded.ts';
import { oneHot } from './one-hot.ts';
import { scaled } from './scaled.ts';

const image = { channels: 3, levels: 4 };
const pixels = Float32Array.of(0, 1, 3, 2, 2, 0);

describe.each([
  ['scaled', scaled(image)],
  ['oneHot', oneHot(image)],
  ['embedded', embedded({ ...image, size: 5 })],
] as const)('%s', (name, encoding) => {
  it('gives the same on tensors and on typed arrays', async () => {
    const params = encoding.init(rng(1)) as never;
    const host = await toHost(params);
    const x = encoding.apply(params, tf.tensor4d(pixels, [1, 1, 2, 3]));
    expect(x.shape).toEqual([1, 1, 2, encoding.outputs]);
    const [found, wanted] = [encoding.prepare(host as never)(pixels), x.dataSync()];
    expect(found).toHaveLength(wanted.length);
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i], 6);
    });
  });

  it('is built again from its name and config', () => {
    const again = createEncoding({ name, config: encoding.config }, image);
    expect(again).toMatchObject({ name, config: encoding.config, outputs: encoding.outputs, ...image });
    expect(() => createEncoding({ name, config: { depth: 3 } }, image)).toThrow(`${name}: wanted only`);
  });

  it('gives something finite for what is no level', async () => {
    const host = await toHost(encoding.init(rng(1)) as never);
    const wrong = encoding.prepare(host as never)(Float32Array.of(77, -1, 0.5));
    expect(wrong).toHaveLength(encoding.outputs);
    expect(wrong.every(Number.isFinite)).toBe(true);
  });
});

it('scaled: levels are numbers from −1 to 1', () => {
  expect([...scaled({ channels: 1, levels: 5 }).prepare({})(Float32Array.of(0, 1, 2, 4))]).toEqual([-1, -0.5, 0, 1]);
});

it('oneHot: one channel for each level of each colour, colour after colour', () => {
  const values = oneHot({ channels: 2, levels: 3 }).prepare({})(Float32Array.of(2, 0));
  expect([...values]).toEqual([0, 0, 1, 1, 0, 0]);
});

it('embedded: each level of each colour has a vector that is learned', () => {
  const encoding = embedded({ channels: 2, levels: 3, size: 2 });
  const table = tf.tensor3d([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [2, 3, 2]);
  const images = tf.tensor4d([1, 0, 1, 2], [1, 1, 2, 2]);
  expect([...encoding.apply({ table }, images).dataSync()]).toEqual([2, 3, 6, 7, 2, 3, 10, 11]);
  const gradient = tf.grad((t) => tf.sum(encoding.apply({ table: t as tf.Tensor3D }, images)))(table);
  expect([...gradient.dataSync()]).toEqual([0, 0, 2, 2, 0, 0, 1, 1, 0, 0, 1, 1]);
});

it('embedded: one colour has a gradient, too', () => {
  const encoding = embedded({ channels: 1, levels: 2, size: 1 });
  const images = tf.tensor4d([1, 1], [1, 1, 2, 1]);
  const gradient = tf.grad((t) => tf.sum(encoding.apply({ table: t as tf.Tensor3D }, images)))(tf.ones([1, 2, 1]));
  expect([...gradient.dataSync()]).toEqual([0, 2]);
});

it('a registered encoding is taken by name', () => {
  registerEncoding('tens', ({ channels, levels }) => ({ ...scaled({ channels, levels }), name: 'tens' }));
  expect(createEncoding('tens', image)).toMatchObject({ name: 'tens', ...image });
  expect(() => createEncoding('twelves', image)).toThrow(
    'createEncoding: wanted one of scaled, oneHot, embedded, tens, got "twelves" (registerEncoding adds to them)',
  );
});
