import { expect, it } from 'vitest';
import { judgeMemory } from './lib/memory.mjs';

interface Memory {
  residentMiB: number;
  tensors: number;
}
const run = (memory: (step: number) => Memory, length = 2000) =>
  Array.from({ length: length / 2 }, (_, i) => ({ step: 2 * i + 2, memory: memory(2 * i + 2) }));

it('takes a run whose memory grows only at first, or for a moment', () => {
  const steady = run((step) => ({ residentMiB: step < 400 ? step : 400 + (step % 100 === 0 ? 90 : 0), tensors: 7 }));
  expect(judgeMemory(steady)).toEqual({ tensors: [7], early: 400, late: 400, change: 0, isSteady: true });
});

it('sees resident memory that grows by 13 KiB a step, or shrinks', () => {
  const leak = judgeMemory(run((step) => ({ residentMiB: Math.round(400 + step / 80), tensors: 7 })));
  expect(leak).toMatchObject({ early: 409, late: 422, isSteady: false });
  expect(judgeMemory(run((step) => ({ residentMiB: 500 - step / 40, tensors: 7 }))).isSteady).toBe(false);
});

it('sees one tensor too many at one step', () => {
  const judged = judgeMemory(run((step) => ({ residentMiB: 400, tensors: step === 1990 ? 8 : 7 })));
  expect(judged).toMatchObject({ tensors: [7, 8], change: 0, isSteady: false });
});

it('wants enough steps', () => {
  expect(() => judgeMemory(run(() => ({ residentMiB: 1, tensors: 1 }), 1000))).toThrow(
    'judgeMemory: wanted at least 1500 steps, got 1000',
  );
});
