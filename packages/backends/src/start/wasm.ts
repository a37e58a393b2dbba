import * as tf from '@tensorflow/tfjs-core';
import { registerWasmKernels } from '../wasm/register.ts';
import type { StartBackend } from './backend.ts';

/** WebAssembly SIMD, in browsers and Node. */
export const startWasm: StartBackend = async () => {
  await import('#gradients');
  const { version_wasm } = await import('@tensorflow/tfjs-backend-wasm');
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly module did not start');
  const notFused = registerWasmKernels();
  return { version: version_wasm, detail: 'WebAssembly SIMD, 1 thread', notFused };
};
