// Training has the same bits on any number of threads. Native TensorFlow reads its number once: each number is a process.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BackendName } from '@pixelrnn/backends';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, it } from 'vitest';
import { PRESET_CASES } from './gradients.ts';
import { startHere } from './start.ts';

const run = promisify(execFile);
afterAll(() => tf.setBackend('cpu'));

/** Hashes by preset and parameter. */
async function hashesOn(backend: BackendName, threads: number): Promise<Record<string, string>> {
  const program = fileURLToPath(new URL('../../scripts/lib/from-source.mjs', import.meta.url));
  const child = fileURLToPath(new URL('threads-child.fixture.ts', import.meta.url));
  const { stdout } = await run(process.execPath, [program, child, backend, String(threads)], { maxBuffer: 1 << 24 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

// With our fused kernels: in plain operations, TensorFlow's products for the gradients of weights split their sums over the threads.
it('tensorflow: every gradient, and training, have the same bits on 1 and 2 threads', { timeout: 300_000 }, async ({
  skip,
}) => {
  const started = await startHere('tensorflow');
  if ('missing' in started) return skip(started.missing);
  if (started.fused.length === 0) return skip('no fused kernels');
  const once = await hashesOn('tensorflow', 1);
  expect(Object.keys(once).length).toBeGreaterThan(10 * PRESET_CASES.length);
  expect(await hashesOn('tensorflow', 2)).toEqual(once);
});

it('wasm: every gradient, and training, have the same bits on 1 and 3 threads', { tags: ['slow'] }, async () => {
  const once = await hashesOn('wasm', 1);
  expect(Object.keys(once).length).toBeGreaterThan(10 * PRESET_CASES.length);
  expect(await hashesOn('wasm', 3)).toEqual(once);
});
