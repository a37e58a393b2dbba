import { expect, it } from 'vitest';
import { merge } from './merge.ts';

it.each<[string, unknown, unknown, unknown]>([
  ['lays objects over objects', { a: { x: 1, y: 2 }, b: 3 }, { a: { y: 4 } }, { a: { x: 1, y: 4 }, b: 3 }],
  ['replaces lists', { a: [1, 2] }, { a: [3] }, { a: [3] }],
  ['replaces an object by null', { ema: { decay: 1 } }, { ema: null }, { ema: null }],
  ['replaces what has another name', { o: { name: 'a', x: 1 } }, { o: { name: 'b' } }, { o: { name: 'b' } }],
  [
    'keeps what has the same name',
    { o: { name: 'a', x: 1 } },
    { o: { name: 'a', y: 2 } },
    { o: { name: 'a', x: 1, y: 2 } },
  ],
])('%s', (_, base, over, expected) => {
  expect(merge(base, over)).toEqual(expected);
});
