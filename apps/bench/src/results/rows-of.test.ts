import { expect, it } from 'vitest';
import type { Measured } from '../measure/measure.ts';
import type { Contestant } from '../worker/protocol.ts';
import { rowsOf } from './rows-of.ts';

const conditions = { date: 'now', device: 'A CPU', load: 0, versions: 'v', commit: 'c', threads: 2 };
const contestant = {} as Contestant;

it('makes images per second of a step', () => {
  const measured: Measured = {
    contestant,
    ready: { backend: 'wasm', versions: 'v', fused: true },
    timings: { step: [90, 100, 130] },
    finished: { peakBytes: 5, outcome: { nats: 500, steps: 3 } },
  };
  const [row, ...rest] = rowsOf({ kind: 'train', model: 'mnist-row-lstm', batch: 16 }, measured, conditions);
  expect(rest).toEqual([]);
  expect(row).toEqual({
    ...conditions,
    task: 'train/mnist-row-lstm',
    preset: 'mnist-row-lstm',
    backend: 'wasm',
    batch: 16,
    medianMs: 100,
    minMs: 90,
    q1Ms: 95,
    q3Ms: 115,
    runs: 3,
    imagesPerSecond: 160,
    peakBytes: 5,
    fused: true,
  });
});

it('sets a kernel against the peak of its process', () => {
  const measured: Measured = {
    contestant,
    ready: { backend: 'wasm', versions: 'v', flops: { forward: 1e9, backward: 2e9, matMul: 4e9 } },
    timings: { forward: [10, 10], backward: [20, 50], matMul: [40, 40] },
    finished: { peakBytes: 5 },
  };
  const rows = rowsOf({ kind: 'kernel', kernel: 'lstm-scan-row-h16', batch: 16 }, measured, conditions);
  expect(rows.map(({ task, medianMs, gflops, peakGflops }) => [task, medianMs, gflops, peakGflops])).toEqual([
    ['kernel/lstm-scan-row-h16/forward', 10, 100, 100],
    ['kernel/lstm-scan-row-h16/backward', 35, 57.143, 100],
    ['kernel/lstm-scan-row-h16/both', 45, 66.667, 100],
  ]);
});
