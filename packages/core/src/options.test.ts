import { expect, it } from 'vitest';
import { withDefaults } from './options.ts';

interface Options {
  size?: number;
  dropout?: number;
  skip?: boolean;
  image: string;
}
const resolve = (options: Options) =>
  withDefaults('thing', options, { size: 3, dropout: 0, skip: false }, ['image'], ['dropout']);

it('takes the default of what is missing or undefined', () => {
  expect(resolve({ image: 'x', size: undefined })).toEqual({ image: 'x', size: 3, dropout: 0, skip: false });
  expect(resolve({ image: 'x', skip: true })).toEqual({ image: 'x', size: 3, dropout: 0, skip: true });
});

it.each([
  [{ image: 'x', sise: 4 }, 'thing: wanted only image, size, dropout, skip, got sise'],
  [{ image: 'x', size: '4' }, 'thing: wanted a number for size, got "4"'],
  [{ image: 'x', skip: 'false' }, 'thing: wanted a boolean for skip, got "false"'],
  [{ image: 'x', size: 2.5 }, 'thing: wanted a positive whole number for size, got 2.5'],
  [{ image: 'x', dropout: 1 }, 'thing: wanted a fraction of 0 … 1 (below 1) for dropout, got 1'],
  [{ image: 'x', dropout: -0.1 }, 'got -0.1'],
  [{ image: 'x', dropout: Number.NaN }, 'got NaN'],
  [{ image: 'x', size: 0 }, 'thing: wanted a positive whole number for size, got 0'],
])('rejects %j', (options, message) => {
  expect(() => resolve(options as Options)).toThrow(message);
});

it('takes fractions where they are declared', () => {
  expect(resolve({ image: 'x', dropout: 0.5 }).dropout).toBe(0.5);
  expect(resolve({ image: 'x', dropout: 0 }).dropout).toBe(0);
});
