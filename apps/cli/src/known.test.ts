import { UsageError } from '@pixelrnn/shell';
import { expect, it } from 'vitest';
import { knownPixels } from './known.ts';

const image = { height: 8, width: 6, channels: 1, levels: 2 };

it('counts the pixels of the upper rows', () => {
  expect(knownPixels('rows:0', image)).toBe(0);
  expect(knownPixels('rows:4', image)).toBe(24);
});

it.each(['rows:8', 'rows:-1', 'rows:', 'rows:1.5', '4', 'columns:4'])('refuses %s', (text) => {
  expect(() => knownPixels(text, image)).toThrow(UsageError);
  expect(() => knownPixels(text, image)).toThrow(`wanted rows:N with N from 0 to 7, got "${text}"`);
});
