import { expect, it } from 'vitest';
import { stopwatch } from './progress.ts';

it('gives the usual time of a step and leaves out what lies between', () => {
  let now = 0;
  const watch = stopwatch(() => now);
  const step = (seconds: number) => {
    now += seconds;
    return watch.lap();
  };
  expect(step(9)).toBe(9); // the first one compiles
  expect(step(2)).toBe(5.5);
  expect(step(2)).toBe(2);
  now += 100; // an evaluation
  watch.start();
  expect(step(2)).toBe(2);
  for (let i = 0; i < 10; i++) step(1);
  expect(step(1)).toBe(1);
});
