import { expect, it } from 'vitest';
import { duration } from './duration.ts';

it.each([
  [0, '0 s'],
  [0.26, '0.3 s'],
  [4.4, '4.4 s'],
  [9.96, '10 s'],
  [59.6, '1 min 00 s'],
  [185, '3 min 05 s'],
  [3600 * 2 + 60 * 7 + 8, '2 h 07 min'],
])('says %d seconds as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
