import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeCsv, encodeCsv } from './csv.ts';

it('quotes only what needs it', () => {
  expect(encodeCsv([['a', 'b, c', 'say "no"', '']])).toBe('a,"b, c","say ""no""",\n');
});

it('reads what it wrote', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é') });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 })), (lines) => {
      expect(decodeCsv(encodeCsv(lines))).toEqual(lines);
    }),
  );
});

it('reads files of other programs: CRLF, no line break at the end', () => {
  expect(decodeCsv('a,b\r\n1,2')).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ]);
});

it('refuses a quote without end', () => {
  expect(() => decodeCsv('a,"b')).toThrow('decodeCsv: a quoted cell has no end');
});
