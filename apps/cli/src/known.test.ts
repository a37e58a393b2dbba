import { UsageError } from '@pixelrnn/shell';
import { expect, it } from 'vitest';
import { knownMask } from './known.ts';

const image = { height: 3, width: 4, channels: 1, levels: 2 };

it.each([
  ['rows:0', '0000 0000 0000'],
  ['rows:2', '1111 1111 0000'],
  ['bottom:1', '0000 0000 1111'],
  ['left:3', '1110 1110 1110'],
  ['right:1', '0001 0001 0001'],
])('marks the pixels of %s', (text, expected) => {
  expect(knownMask(text, image).join('')).toBe(expected.replaceAll(' ', ''));
});

it.each(['rows:3', 'bottom:3', 'left:4', 'right:4', 'rows:-1', 'rows:', 'rows:1.5', '2', 'columns:1'])(
  'refuses %s',
  (text) => {
    expect(() => knownMask(text, image)).toThrow(UsageError);
    expect(() => knownMask(text, image)).toThrow(
      `wanted rows:N or bottom:N with N from 0 to 2, or left:N or right:N with N from 0 to 3, got "${text}"`,
    );
  },
);
