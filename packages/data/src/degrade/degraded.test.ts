import { expect, it } from 'vitest';
import { digits } from '../catalog/digits.ts';
import { evaluationBatches, trainBatches } from '../dataset/batches.ts';
import { degraded } from './degraded.ts';

const plain = digits({ binarize: 'threshold' });

it('gives each image what is seen of it, whatever the batch', async () => {
  const noisy = degraded(plain, 'noise:0.3');
  expect(noisy).toMatchObject({ map: 1, image: plain.image, config: { ...plain.config, restore: 'noise:0.3' } });
  const [both, second] = [await noisy.read('valid', [4, 7]), await noisy.read('valid', [7])];
  expect(both.images).toEqual((await plain.read('valid', [4, 7])).images);
  expect(both.map).toHaveLength(2 * 64);
  expect(both.map!.subarray(64)).toEqual(second.map);
  expect(both.map!.subarray(0, 64)).not.toEqual(second.map);
  // Another image's noise, also in another split.
  const noiseOf = async (split: 'train' | 'valid') => {
    const { images, map } = await degraded(plain, 'noise:0.01').read(split, [4]);
    return images.map((level, i) => map![i] - (2 * level - 1));
  };
  expect(await noiseOf('train')).not.toEqual(await noiseOf('valid'));
});

it('draws other noise in each epoch of training, and the same whenever it evaluates', async () => {
  const noisy = degraded(plain, 'noise:0.3');
  const mapOf = async (split: 'train' | 'valid' | 'test', epoch?: number) => (await noisy.read(split, [4], epoch)).map;
  expect(await mapOf('train', 1)).toEqual(await mapOf('train', 1));
  expect(await mapOf('train', 1)).not.toEqual(await mapOf('train', 2));
  for (const split of ['valid', 'test'] as const) expect(await mapOf(split, 1)).toEqual(await mapOf(split));
});

it('goes through batches to train on and to evaluate', async () => {
  const blurred = degraded(plain, 'blur:1');
  const { value } = await trainBatches(blurred, { batchSize: 3, seed: 1 }).next();
  expect(value.map).toHaveLength(3 * 64);
  for await (const batch of evaluationBatches(blurred, 'test', { batchSize: 2, limit: 2 }))
    expect(batch.map).toHaveLength(128);
});

it('refuses a degradation that is none of these images', () => {
  expect(() => degraded(plain, 'box:3')).toThrow('box:3: wanted images of a height and width that 3 divides, got 8×8');
  expect(() => degraded(plain, 'mask:rows:8')).toThrow(
    'mask:rows:8: wanted a part of an image of 8×8 pixels, got "rows:8", which is all',
  );
});

it('finds the bad images of the data that it degrades', async () => {
  const bad = [{ path: 'train/x.png', reason: 'cut' }];
  expect(await degraded({ ...plain, badImages: async () => bad }, 'blur:1').badImages!()).toEqual(bad);
  expect(degraded(plain, 'blur:1').badImages).toBeUndefined();
});

it('says of a mask of another size what was wanted', () => {
  expect(() => degraded(plain, `mask:pixels:2x2:8`)).toThrow(/^wanted a mask of 8×8 pixels, got one of 2×2$/);
});
