import * as tf from '@tensorflow/tfjs-core';
import type { StartBackend } from './backend.ts';

/** Plain JavaScript: everywhere, slowly. */
export const startCpu: StartBackend = async () => {
  await import('@tensorflow/tfjs');
  await tf.setBackend('cpu');
  withoutWarnings(() => tf.scalar(0).dispose());
  return { version: tf.version_core, detail: 'plain JavaScript' };
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
