import { describe, expect, it } from 'vitest';
import {
  COUNT,
  checkNumber,
  DECAY,
  FACTOR,
  NOT_NEGATIVE,
  type NumberRule,
  numberOptions,
  POSITIVE,
} from './number-options.ts';

describe('checkNumber', () => {
  it.each<[string, NumberRule, number[], unknown[]]>([
    ['COUNT', COUNT, [1, 7], [0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2', null, undefined]],
    ['POSITIVE', POSITIVE, [1e-30, 2], [0, -1, Number.NaN, Number.POSITIVE_INFINITY]],
    ['NOT_NEGATIVE', NOT_NEGATIVE, [0, 2], [-1e-9, Number.NaN, Number.POSITIVE_INFINITY]],
    ['DECAY', DECAY, [0, 0.999], [1, -0.1, Number.NaN]],
    ['FACTOR', FACTOR, [1e-9, 1], [0, 1.1, Number.NaN]],
  ])('%s', (_, rule, allowed, refused) => {
    for (const value of allowed) expect(checkNumber('who', 'option', value, rule)).toBe(value);
    for (const value of refused)
      expect(() => checkNumber('who', 'option', value, rule)).toThrow(`who: wanted ${rule.wanted} for option, got `);
  });

  it('says what it got', () => {
    expect(() => checkNumber('who', 'steps', Number.NaN, COUNT)).toThrow('for steps, got NaN');
    expect(() => checkNumber('who', 'steps', '2', COUNT)).toThrow('for steps, got "2"');
  });
});

describe('numberOptions', () => {
  const numbers = (options: object) =>
    numberOptions<{ rate: number; decay: number }>(
      'who',
      options,
      { rate: POSITIVE, decay: DECAY },
      { rate: 1, decay: 0 },
    );

  it('puts options over defaults', () => {
    expect(numbers({ decay: 0.5 })).toEqual({ rate: 1, decay: 0.5 });
    expect(numbers({ rate: undefined })).toEqual({ rate: 1, decay: 0 });
  });

  it('refuses unknown options and numbers that no rule allows', () => {
    expect(() => numbers({ rates: 1, delay: 2 })).toThrow('who: wanted only rate, decay, got rates, delay');
    expect(() => numbers({ rate: -1 })).toThrow('who: wanted a positive number for rate, got -1');
  });
});
