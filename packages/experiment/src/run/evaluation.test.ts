import { expect, it } from 'vitest';
import { tinyRecipe } from '../train/tiny-run.fixture.ts';
import { guardOf } from './evaluation.ts';

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
