import * as tf from '@tensorflow/tfjs-core';
import type { StartBackend } from './backend.ts';

/** Plain JavaScript: everywhere, slowly. */
export const startCpu: StartBackend = async () => {
  await import('@tensorflow/tfjs');
  await tf.setBackend('cpu');
  return { version: tf.version_core, detail: 'plain JavaScript' };
};
