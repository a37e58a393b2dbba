import { UsageError } from '@pixelrnn/shell';
import { expect, it } from 'vitest';
import { knownMask } from './known.ts';

const image = { height: 2, width: 3, channels: 1, levels: 2 };

it('marks the pixels of a part', () => {
  expect([...knownMask('left:2', image)]).toEqual([1, 1, 0, 1, 1, 0]);
});

it.each(['columns:1', 'rows:2'])('refuses %s', (text) => {
  expect(() => knownMask(text, image)).toThrow(UsageError);
  expect(() => knownMask(text, image)).toThrow('--known: wanted ');
});
