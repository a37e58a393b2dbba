import * as tf from '@tensorflow/tfjs-core';
import { inSharedMemory } from '../wasm/in-shared-memory.ts';
import { registerWasmKernels } from '../wasm/register.ts';
import type { StartBackend } from './backend.ts';

/** The gradients of weights are sums of 8 chunks of the batch at most: there is less for more threads to do. */
const MOST_THREADS = 8;

let starting: Promise<unknown> = Promise.resolve();

/** WebAssembly SIMD, in browsers and Node; on several threads in Node, and on pages that are isolated from other origins. One start follows the other. */
export const startWasm: StartBackend = (options) => {
  const started = starting.then(() => start(options));
  starting = started.catch(() => {});
  return started;
};

const start: StartBackend = async ({ threads = Math.min(processors(), MOST_THREADS) }) => {
  await import('#gradients');
  const { version_wasm } = await import('@tensorflow/tfjs-backend-wasm');
  // Its build with threads hides its memory from our kernels, and knows none of them.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await inSharedMemory(() => tf.setBackend('wasm')))) throw new Error('the WebAssembly module did not start');
  const { threads: own, fewer, notFused } = await registerWasmKernels(threads);
  const onThreads = `on ${own} ${own === 1 ? 'thread' : 'threads'}${fewer ? `, ${fewer}` : ''}`;
  return { version: version_wasm, detail: `WebAssembly SIMD ${onThreads}`, notFused };
};

function processors(): number {
  if (typeof process !== 'undefined' && process.versions?.node)
    return process.getBuiltinModule('node:os').availableParallelism();
  return navigator.hardwareConcurrency ?? 1;
}
