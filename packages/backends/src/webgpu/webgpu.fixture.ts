import * as tf from '@tensorflow/tfjs-core';
import { reportMissing } from '../../../../scripts/lib/required.mjs';
import { startWebgpu } from '../start/webgpu.ts';

/** Starts WebGPU for tests that can only run with it, or tells why there is none. */
export async function webgpuForTests(): Promise<{ readonly detail: string } | { readonly absent: string }> {
  try {
    const { detail } = await startWebgpu({});
    return { detail };
  } catch (error) {
    const absent = (error as Error).message;
    reportMissing('webgpu', absent);
    return { absent };
  } finally {
    await tf.setBackend('cpu');
  }
}
