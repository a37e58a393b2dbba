import * as tf from '@tensorflow/tfjs-core';
import { registerCpuKernels } from '../cpu/register.ts';
import type { StartBackend } from './backend.ts';

/** Plain JavaScript, everywhere; our fused kernels as WebAssembly SIMD. */
export const startCpu: StartBackend = async () => {
  await import('#gradients');
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
  withoutWarnings(() => tf.scalar(0).dispose());
  return { version: tf.version_core, detail: 'plain JavaScript', notFused: registerCpuKernels() };
};

/** At its first tensor in Node the backend recommends tfjs-node in a banner; `auto` has tried that already. */
function withoutWarnings(run: () => void): void {
  const isTest = tf.env().getBool('IS_TEST');
  tf.env().set('IS_TEST', true);
  try {
    run();
  } finally {
    tf.env().set('IS_TEST', isTest);
  }
}
