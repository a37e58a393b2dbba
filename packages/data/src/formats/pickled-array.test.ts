import { expect, it } from 'vitest';
import { findPickledNumbers } from './pickled-array.ts';

const pickle = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));

/** As Python writes lists of different lengths: in groups between a mark and `e`, one by one with `a`, remembered (`q`) or not. */
it.each<[string, Buffer, number[] | undefined]>([
  ['none', pickle('\x80\x02}q\x00.'), undefined],
  ['a name alone', pickle('U\x06labels.'), undefined],
  ['an empty list', pickle('U\x06labelsq\x01]q\x02s.'), []],
  ['a list of one', pickle('U\x06labelsq\x01]q\x02', [0x4b, 7], 'as.'), [7]],
  [
    'numbers of each width',
    pickle('labels](', [0x4b, 7, 0x4d, 0xe8, 3, 0x4a, 0xff, 0xff, 0xff, 0xff], 'es.'),
    [7, 1000, -1],
  ],
  ['two groups', pickle('labelsr\0\0\0\0]\x94(', [0x4b, 1], 'e(', [0x4b, 2, 0x4b, 3], 'eu.'), [1, 2, 3]],
])('finds %s', (_, bytes, numbers) => {
  expect(findPickledNumbers(bytes, 'labels')).toEqual(numbers);
});

it('refuses a list of something else', () => {
  expect(() => findPickledNumbers(pickle('labels](U\x01ae.'), 'labels')).toThrow('labels that are no whole numbers');
});
