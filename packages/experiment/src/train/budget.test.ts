import { expect, it } from 'vitest';
import { interval, stepsForMinutes } from './budget.ts';

it('fills the time that is left with steps', () => {
  expect(stepsForMinutes({ minutes: 2, spentSeconds: 20, secondsPerStep: 0.5 })).toBe(200);
  expect(stepsForMinutes({ minutes: 1, spentSeconds: 0, secondsPerStep: 0.7 })).toBe(85);
});

it('says how many minutes it would take', () => {
  const options = { minutes: 0.1, spentSeconds: 60, secondsPerStep: 1.5 };
  expect(() => stepsForMinutes(options)).toThrow('0.1 minutes are too few: wanted at least 1.1');
  expect(stepsForMinutes({ ...options, minutes: 1.1 })).toBeGreaterThanOrEqual(1);
});

it('takes intervals as given, or spreads events over the run', () => {
  expect(interval(7, 1000, 10)).toBe(7);
  expect(interval(0, 1000, 10)).toBe(0);
  expect(interval(undefined, 1000, 10)).toBe(100);
  expect(interval(undefined, 422, 10)).toBe(43);
  expect(interval(undefined, 3, 10)).toBe(1);
});
