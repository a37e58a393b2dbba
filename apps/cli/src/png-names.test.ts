import { expect, it } from 'vitest';
import { pngNames, sameFile } from './png-names.ts';

it('images become files of their names, whose ending is a small one, or of their numbers', () => {
  expect(pngNames([{ name: 'a.PNG' }, { name: 'b.jpg' }, {}])).toEqual(['a.png', 'b.jpg.png', 'image-2.png']);
  expect(pngNames(Array.from({ length: 11 }, () => ({}))).slice(9)).toEqual(['image-09.png', 'image-10.png']);
});

it.each([
  [
    ['a.png', 'b.png', 'a.png'],
    [0, 2],
  ],
  [
    ['b.png', 'Ä.png', 'ä.png'],
    [1, 2],
  ],
  [
    ['a\u0308.png', '\u00e4.png'],
    [0, 1],
  ],
  [['a.png', 'b.png'], undefined],
])('the first two of %j that are one file are %j', (names, same) => {
  expect(sameFile(names)).toEqual(same);
});
