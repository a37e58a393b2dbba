import { expect, it } from 'vitest';
import { withDefaults } from './options.ts';

interface Options {
  size?: number;
  skip?: boolean;
  image: string;
}
const resolve = (options: Options) => withDefaults('thing', options, { size: 3, skip: false }, ['image']);

it('takes the default of what is missing or undefined', () => {
  expect(resolve({ image: 'x', size: undefined })).toEqual({ image: 'x', size: 3, skip: false });
  expect(resolve({ image: 'x', skip: true })).toEqual({ image: 'x', size: 3, skip: true });
});

it.each([
  [{ image: 'x', sise: 4 }, 'thing: wanted only image, size, skip, got sise'],
  [{ image: 'x', size: '4' }, 'thing: wanted a number for size, got "4"'],
  [{ image: 'x', skip: 'false' }, 'thing: wanted a boolean for skip, got "false"'],
  [{ image: 'x', size: 2.5 }, 'thing: wanted a positive whole number for size, got 2.5'],
  [{ image: 'x', size: 0 }, 'thing: wanted a positive whole number for size, got 0'],
])('rejects %j', (options, message) => {
  expect(() => resolve(options as Options)).toThrow(message);
});
