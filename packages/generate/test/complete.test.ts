import { expect, it } from 'vitest';
import { complete, sample } from '../src/index.ts';
import { resample } from '../src/resample.ts';
import { prefixSumModel } from './prefix-sum-model.ts';

const model = prefixSumModel({ height: 3, width: 4, channels: 3, levels: 3 });
const size = 36;
const originals = Float32Array.from({ length: 2 * size }, (_, i) => (i * i) % 3);
/** The lower row, and one pixel of the first. */
const mask = Uint8Array.from({ length: 12 }, (_, i) => Number(i >= 8 || i === 2));
const options = { count: 2, seed: 4, completions: 5, particles: 3, known: { images: originals, mask } };

it('keeps what is known (C23), whatever its level, and draws the same for the same seed in any batch', async () => {
  const { images, nats, effective, isExact } = await complete(model, {}, options);
  expect([images.length, nats.length, effective.length, isExact]).toEqual([10 * size, 10, 2, false]);
  images.forEach((level, i) => {
    const [original, at] = [Math.floor(i / (5 * size)), i % size];
    if (mask[Math.floor(at / 3)]) expect(level).toBe(originals[original * size + at]);
  });
  expect(await complete(model, {}, { ...options, batch: 4 })).toEqual({
    images,
    nats,
    effective,
    natsGiven: [],
    isExact,
    image: model.image,
  });
  expect((await complete(model, {}, { ...options, seed: 5 })).images).not.toEqual(images);
});

it('gives all candidates one weight where known pixels come first', async () => {
  const known = { images: originals, pixels: 6 };
  const { effective, isExact } = await complete(model, {}, { ...options, known });
  expect(isExact).toBe(true);
  for (const value of effective) expect(value).toBeCloseTo(15, 9);
});

it('tells what was drawn costs, as sample does', async () => {
  const known = { images: originals, pixels: 12 };
  const { images, nats, effective } = await complete(model, {}, { ...options, known });
  expect([...nats]).toEqual(new Array(10).fill(0));
  expect([...images.subarray(0, size)]).toEqual([...originals.subarray(0, size)]);
  expect(effective[0]).toBeCloseTo(15, 9);
  expect((await sample(model, {}, { count: 2, seed: 4, known })).nats).toEqual(new Float64Array(2));
});

it('lets a known level that no candidate thinks possible weigh nothing between them', async () => {
  const image = { height: 2, width: 2, channels: 1, levels: 3 };
  const never = (_: number, level: number, sum: number) => (level === 2 ? -1000 : level === 1 && sum === 1 ? 3 : 0);
  const completed = (mask: readonly number[]) =>
    complete(prefixSumModel(image, never), {}, { ...options, count: 1, known: { images: [0, 0, 1, 2], mask } });
  const [without, impossible] = await Promise.all([completed([0, 0, 1, 0]), completed([0, 0, 1, 1])]);
  const above = (images: Float32Array) => images.filter((_, i) => i % 4 < 3);
  expect(above(impossible.images)).toEqual(above(without.images));
  expect(new Set(above(without.images).join('').match(/.../g)).size).toBeGreaterThan(1);
  expect(without.effective[0]).toBeLessThan(14);
  expect(impossible.effective[0]).toBeCloseTo(without.effective[0], 9);
});

it('tells how far it is', async () => {
  const told: [number, number][] = [];
  await complete(model, {}, { ...options, onProgress: (done, total) => told.push([done, total]) });
  expect(told.every(([done], i) => i === 0 || done > told[i - 1][0])).toBe(true);
  expect(told.at(-1)).toEqual([2 * 15 * 12, 2 * 15 * 12]);
});

it('resamples in proportion to the weights, each as often as expected, rounded', () => {
  const nats = Float64Array.from([1, 2, 3, 4], (weight) => 700 - Math.log(weight));
  expect(resample(nats, 10, 0.5).chosen).toEqual([0, 1, 1, 2, 2, 2, 3, 3, 3, 3]);
  expect(resample(nats, 5, 0.999).chosen).toEqual([1, 2, 2, 3, 3]);
  expect(resample(nats, 5, 0).effective).toBeCloseTo(100 / 30, 9);
  expect(resample(Float64Array.from([0, 2000]), 3, 0.99).chosen).toEqual([0, 0, 0]);
});

it.each([
  ['completions', { completions: 0 }, 'complete: wanted at least one of completions, a whole number, got 0'],
  ['particles', { particles: 1.5 }, 'complete: wanted at least one of particles, a whole number, got 1.5'],
])('refuses a wrong number of %s', async (_, wrong, message) => {
  await expect(complete(model, {}, { ...options, ...wrong })).rejects.toThrow(message);
});
