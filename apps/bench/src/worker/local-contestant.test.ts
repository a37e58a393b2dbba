import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { decodeSafetensors } from '@pixelrnn/weights';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, it } from 'vitest';
import type { Task } from '../tasks/task.ts';
import { localContestant } from './local-contestant.ts';
import { serve } from './serve.ts';

const folder = await mkdtemp(join(tmpdir(), 'pixelrnn-bench-worker-'));
afterAll(() => rm(folder, { recursive: true }));

const TASKS: readonly Task[] = [
  { kind: 'train', model: 'tiny-row-lstm', batch: 2 },
  { kind: 'train', model: 'tiny-gated-pixel-cnn', batch: 2, stock: true },
  { kind: 'evaluate', model: 'tiny-pixel-cnn', batch: 2 },
  { kind: 'sample', model: 'tiny-diagonal-bilstm', batch: 2 },
  { kind: 'sample', model: 'tiny-rgb-row-lstm', batch: 2, naive: true },
];

it.each(TASKS)('does $kind of $model and leaves no tensor behind', async (task) => {
  const contestant = localContestant({ backend: 'cpu' });
  await contestant.prepare(task);
  await contestant.run(1); // what layers make once and keep (masks) does not count
  const before = tf.memory().numTensors;
  const timings = await contestant.run(2);
  expect(tf.memory().numTensors).toBe(before);
  const { peakBytes } = await contestant.finish();
  const probes = task.kind === 'sample' && !task.naive ? ['images', 'pass'] : [expect.any(String)];
  expect(Object.keys(timings)).toEqual(probes);
  for (const times of Object.values(timings)) expect(times).toHaveLength(2);
  for (const ms of Object.values(timings).flat()) expect(ms).toBeGreaterThan(0);
  expect(peakBytes).toBeGreaterThan(1e6);
});

it('learns: the nats at the end are those of a trained model', async () => {
  const contestant = localContestant({ backend: 'cpu' });
  const { nats } = await contestant.prepare({ kind: 'train', model: 'tiny-pixel-cnn', batch: 4 });
  await contestant.run(5);
  const { outcome } = await contestant.finish();
  expect(outcome).toEqual({ nats: expect.any(Number), steps: 5 });
  expect(outcome!.nats).toBeLessThan(nats!);
});

it('says which kernels there are, and that a backend has not got one', { tags: ['slow'] }, async () => {
  const contestant = localContestant({ backend: 'cpu' });
  await expect(contestant.prepare({ kind: 'kernel', kernel: 'none', batch: 1 })).rejects.toThrow('got none');
  const task = { kind: 'kernel', kernel: 'lstm-scan-row-h16', batch: 1 } as const;
  await contestant.prepare(task);
  const kernel = tf.getKernel('PixelrnnLstmScan', 'cpu')!;
  tf.unregisterKernel(kernel.kernelName, 'cpu');
  await expect(contestant.prepare(task)).rejects.toThrow('is not registered for the backend cpu');
  tf.registerKernel(kernel);
});

it('answers JSON lines', async () => {
  const file = join(folder, 'x.safetensors');
  const requests = [
    { op: 'run', count: 1 },
    { op: 'prepare', task: TASKS[0] },
    { op: 'exchange', file },
    { op: 'run', count: 3 },
    { op: 'finish' },
  ];
  const input = new PassThrough();
  for (const request of requests) input.write(`${JSON.stringify(request)}\n`);
  input.end();
  const answers: Record<string, unknown>[] = [];
  await serve(localContestant({ backend: 'cpu' }), input, (line) => answers.push(JSON.parse(line)));
  expect(answers).toEqual([
    { error: 'bench worker: wanted a task first, got none' },
    { backend: 'cpu', versions: expect.stringContaining('tfjs'), fused: true, nats: expect.any(Number) },
    expect.objectContaining({ system: 'pixelRnn', lstm: 'row' }),
    { step: [expect.any(Number), expect.any(Number), expect.any(Number)] },
    { peakBytes: expect.any(Number), outcome: { nats: expect.any(Number), steps: 3 } },
  ]);
  const { tensors } = decodeSafetensors(await readFile(file), file);
  expect([...tensors.keys()]).toContain('batch/images');
});
