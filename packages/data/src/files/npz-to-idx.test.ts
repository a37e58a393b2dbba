import { expect, it } from 'vitest';
import { idx, noise, specOf } from '../testing/fixtures.ts';
import { npzToIdx } from './npz-to-idx.ts';

const labels = noise(10_000);
const content = idx([10_000], labels);
const file = specOf('t10k-labels-idx1-ubyte', content, true);

it('makes the file of the values at the end of an array', () => {
  expect([...npzToIdx.members([file]).keys()]).toEqual(['y_test.npy']);
  const array = Buffer.concat([Buffer.from("\x93NUMPY\x01\x00v\x00{'descr': '|u1', }"), labels]);
  expect(npzToIdx.convert(new Map([['y_test.npy', array]]), file)).toEqual(content);
});

it('names what is missing', () => {
  const message = 't10k-labels-idx1-ubyte: wanted 10000 values in y_test.npy, found fewer';
  expect(() => npzToIdx.convert(new Map(), file)).toThrow(message);
  expect(() => npzToIdx.convert(new Map([['y_test.npy', labels.subarray(1)]]), file)).toThrow(message);
});
