import { expect, it } from 'vitest';
import { digits, markdownTable, orDash } from './markdown.ts';

it('puts numbers to the right', () => {
  expect(
    markdownTable(
      ['preset', 'ms'],
      [
        ['row', '7.25'],
        ['diagonal', '–'],
      ],
    ),
  ).toBe('| preset   |   ms |\n| -------- | ---: |\n| row      | 7.25 |\n| diagonal |    – |\n');
});

it.each([
  [1234.5, '1235'],
  [52.34, '52.3'],
  [4.068, '4.07'],
  [0.01234, '0.0123'],
  [0, '0'],
])('writes %d as %s', (value, text) => {
  expect(digits(value)).toBe(text);
});

it('says what is not known', () => {
  expect(orDash(undefined)).toBe('–');
  expect(orDash(Number.NaN)).toBe('–');
  expect(orDash(2.5)).toBe('2.50');
});
