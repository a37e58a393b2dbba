import { expect, it } from 'vitest';
import { stopwatch } from './progress.ts';

it('smooths the time of a step and leaves out what lies between', () => {
  let now = 0;
  const watch = stopwatch(() => now);
  now = 2;
  expect(watch.lap()).toBe(2);
  now = 4;
  expect(watch.lap()).toBe(2);
  now = 100; // an evaluation
  watch.start();
  now = 102;
  expect(watch.lap()).toBe(2);
  now = 142;
  expect(watch.lap()).toBeCloseTo(2 + 0.05 * 38, 10);
});
