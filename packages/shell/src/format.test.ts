import { expect, it } from 'vitest';
import { megabytes, table } from './format.ts';

it('puts values below each other', () => {
  expect(
    table([
      ['nats', 1.5],
      ['run', 'x'],
    ]),
  ).toBe('nats  1.5\nrun   x');
});

it('counts in decimal megabytes', () => {
  expect(megabytes(9_912_422)).toBe('9.9 MB');
});
