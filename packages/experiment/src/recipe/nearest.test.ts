import { expect, it } from 'vitest';
import { didYouMean, editDistance, nearest } from './nearest.ts';

it.each([
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
  ['same', 'SAME', 0],
])('editDistance(%s, %s) = %i', (a, b, expected) => {
  expect(editDistance(a, b)).toBe(expected);
  expect(editDistance(b, a)).toBe(expected);
});

it('nearest finds the word that was meant', () => {
  expect(nearest('lerningRate', ['name', 'learningRate', 'beta1'])).toBe('learningRate');
  expect(nearest('x', [])).toBeUndefined();
});

it.each([
  ['empty', 'quickstart'],
  ['foo', 'ema'],
  ['lr', 'learningRate'],
])('takes %s for no %s', (word, known) => {
  expect(nearest(word, [known])).toBeUndefined();
  expect(didYouMean(word, [known])).toBe('');
});

it('didYouMean asks', () => {
  expect(didYouMean('mnist-row-lst', ['quickstart', 'mnist-row-lstm'])).toBe('; did you mean "mnist-row-lstm"?');
});
