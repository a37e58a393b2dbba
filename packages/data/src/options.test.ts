import { describe, expect, it } from 'vitest';
import { checkChoice, checkInteger, resolveOptions } from './options.ts';

describe('resolveOptions', () => {
  it('puts what is given over the defaults and leaves those alone', () => {
    const defaults = { a: 1, b: 2 };
    expect(resolveOptions('x', defaults, { b: 3, a: undefined })).toEqual({ a: 1, b: 3 });
    expect(defaults).toEqual({ a: 1, b: 2 });
  });

  it('names an unknown key and the known ones', () => {
    expect(() => resolveOptions('x', { a: 1, b: 2 }, { c: 3 } as object)).toThrow(
      'x: unknown option "c"; wanted one of a, b',
    );
    expect(() => resolveOptions('x', {}, { toString: 3 } as object)).toThrow('unknown option "toString"');
  });
});

describe('checkInteger', () => {
  it.each([0, 1.5, '3', Number.NaN, undefined, 11])('refuses %s', (value) => {
    expect(() => checkInteger('x', 'n', value, 1, 10)).toThrow(`x: n must be an integer from 1 to 10, got ${value}`);
  });

  it('gives the value back', () => {
    expect(checkInteger('x', 'n', 10, 1, 10)).toBe(10);
    expect(() => checkInteger('x', 'n', 0, 1)).toThrow('an integer ≥ 1');
  });
});

describe('checkChoice', () => {
  it('refuses what is not a choice', () => {
    expect(checkChoice('x', 'fit', 'crop', ['crop', 'box'])).toBe('crop');
    expect(() => checkChoice('x', 'fit', 'fill', ['crop', 'box'])).toThrow('x: fit must be one of crop, box, got fill');
  });
});
