import type { JsonObject } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * What is recorded of a report of `useBackend`: name, version and device of the active backend, and its fused kernels. The rest names
 * folders of the machine, which are nobody else's business.
 */
export function backendRecord({ backend = tf.getBackend(), tried = [], fused }: JsonObject = {}): JsonObject {
  const attempts = (Array.isArray(tried) ? tried : []) as readonly JsonObject[];
  const { version, detail } = attempts.find(({ name, ok }) => name === backend && ok) ?? {};
  return {
    backend,
    ...(version !== undefined && { version }),
    // The origin follows the device.
    ...(typeof detail === 'string' && { device: detail.split(',')[0] }),
    ...(fused !== undefined && { fused }),
  };
}
