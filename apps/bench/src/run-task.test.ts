import { expect, it, vi } from 'vitest';
import type { Place } from './contestants.ts';
import { runTask } from './run-task.ts';

/** Where tasks were to be done, in turn. WebGPU is not there. */
const asked = vi.hoisted(() => [] as string[]);
vi.mock('./contestants.ts', () => ({
  lineUp: async (_: unknown, { places: [{ backend }] }: { places: Place[] }) => {
    asked.push(backend);
    return backend === 'webgpu' ? [] : [{ contestant: { close: () => {} }, ready: { versions: '' }, threads: 1 }];
  },
}));
vi.mock('./measure/measure.ts', () => ({ measure: async () => [{}] }));
vi.mock('./results/rows-of.ts', () => ({ rowsOf: () => [{}] }));

it.each([
  { trainsOnce: true, places: ['webgpu', 'tensorflow'] },
  { trainsOnce: false, places: ['webgpu', 'tensorflow', 'wasm'] },
])('trains on the first place that can, or on all: %j', async ({ trainsOnce, places }) => {
  asked.length = 0;
  const task = { kind: 'quality', model: 'mnist-pixel-cnn', batch: 16, minutes: 1 } as const;
  const all = (['webgpu', 'tensorflow', 'wasm'] as const).map((backend) => ({ backend, threads: 1 }));
  const rows = await runTask(task, { places: all, program: '', measure: {}, trainsOnce, note: () => {} });
  expect({ asked, rows: rows.length }).toEqual({ asked: places, rows: places.length - 1 });
});
