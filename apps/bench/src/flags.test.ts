import { expect, it } from 'vitest';
import { backendNames, choice, positiveIntegers, positiveNumber } from './flags.ts';

it('reads lists', () => {
  expect(positiveIntegers('1,2')).toEqual([1, 2]);
  expect(backendNames('tensorflow,wasm')).toEqual(['tensorflow', 'wasm']);
});

it.each(['0', '1,', 'two', '1.5', '-1'])('refuses %s as numbers of threads', (text) => {
  expect(() => positiveIntegers(text)).toThrow('Expected a positive integer.');
});

it('refuses what it does not know', () => {
  expect(() => backendNames('cuda')).toThrow('Expected one of auto, tensorflow, webgpu, wasm, cpu.');
  expect(() => choice(['a', 'b'])('c')).toThrow('Expected one of a, b.');
  expect(() => positiveNumber('0')).toThrow('Expected a number above 0.');
});
