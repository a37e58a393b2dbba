import { expect, it } from 'vitest';
import { countValues, differencesFrom, nameVector, vectorOf } from './named-vector.ts';

const shapes = { stem: { weights: [2, 2], bias: [2] }, scale: [] };
const vector = new Float32Array([1, 2, 3, 4, 5, 6, 7]);

it('names the pieces of a vector and puts them together again', () => {
  const named = nameVector(vector, shapes, 'mean/');
  expect([...named.keys()]).toEqual(['mean/stem/weights', 'mean/stem/bias', 'mean/scale']);
  expect(named.get('mean/stem/bias')).toEqual({ shape: [2], values: new Float32Array([5, 6]) });
  const backwards = new Map([...named].reverse());
  expect(vectorOf(backwards, shapes, 'file', 'mean/')).toEqual(vector);
  expect(countValues(shapes)).toBe(7);
});

it('says what is missing or of another shape', () => {
  const named = nameVector(vector, shapes);
  named.delete('stem/bias');
  expect(() => vectorOf(named, shapes, 'file')).toThrow('file: stem/bias: wanted [2], found nothing');
  named.set('stem/bias', { shape: [1, 2], values: new Float32Array(2) });
  expect(() => vectorOf(named, shapes, 'file')).toThrow('file: stem/bias: wanted [2], found [1,2]');
});

it('names every difference', () => {
  const named = nameVector(vector, shapes);
  expect(differencesFrom(shapes, named)).toEqual([]);
  named.delete('scale');
  named.set('stem/bias', { shape: [3], values: new Float32Array(3) });
  named.set('head/bias', { shape: [], values: new Float32Array(1) });
  expect(differencesFrom(shapes, named)).toEqual([
    'stem/bias: wanted [2], found [3]',
    'scale: wanted [], found nothing',
    'head/bias: wanted nothing, found []',
  ]);
});
