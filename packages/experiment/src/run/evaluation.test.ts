import { deserialize, serialize } from 'node:v8';
import { ALONE } from '@pixelrnn/cluster';
import { rng } from '@pixelrnn/core';
import { digits } from '@pixelrnn/data';
import { expect, it } from 'vitest';
import { modelOf } from '../recipe/resolve-recipe.ts';
import { ranksOf } from '../train/ranks/ranks.ts';
import { tinyRecipe } from '../train/tiny-run.fixture.ts';
import { guardOf, natsOfRanks } from './evaluation.ts';

const guard = (name: string, options: { [key: string]: string }, levels: number) =>
  guardOf(tinyRecipe({ dataset: { name, options } }), { height: 32, width: 32, channels: 3, levels });

it('guards only the data that the published numbers are of', () => {
  expect(guard('binarized-mnist', {}, 2)).toEqual({ nats: 70 });
  expect(guard('mnist', { binarize: 'stochastic' }, 2)).toEqual({ nats: 70 });
  expect(guard('mnist', { binarize: 'threshold' }, 2)).toBeUndefined();
  expect(guard('cifar10', {}, 256)).toEqual({ bitsPerDim: 2.5 });
  expect(guard('cifar10', {}, 8)).toBeUndefined();
  expect(guard('digits', {}, 2)).toBeUndefined();
});

it('is refused by ranks that do not have the same parameters', async () => {
  const recipe = tinyRecipe();
  const model = modelOf(recipe, 'recipe');
  /** Of two ranks the first; the other has what it has, but for a change. */
  const evaluate = (change: (own: { value: { value: { hash: string } } }) => void) => {
    const gather = (bytes: Uint8Array) => {
      const other = deserialize(bytes);
      change(other);
      return [bytes, serialize(other)];
    };
    const ranks = ranksOf({ ...ALONE, size: 2, gather });
    const params = model.init(rng(1));
    return natsOfRanks({ model, recipe, dataset: digits({ binarize: 'threshold' }), ranks }, params, {
      split: 'train',
      limit: 4,
      batchSize: 2,
    });
  };
  expect((await evaluate(() => {})).map(({ length }) => length)).toEqual([2, 2]);
  const other = evaluate(({ value }) => {
    value.value.hash = 'of others';
  });
  await expect(other).rejects.toThrow(
    'rank 1 has other parameters than rank 0: wanted ranks on processors of one kind',
  );
});
