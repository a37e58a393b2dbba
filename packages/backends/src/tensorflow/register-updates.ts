import * as tf from '@tensorflow/tfjs-core';
import { registerOnce } from './register-once.ts';
import type { TensorflowBackend } from './tensorflow-backend.ts';

/**
 * The optimizer steps that `@pixelrnn/trainer` looks for: vectors in, new vectors out. Their numbers change from step
 * to step, and TensorFlow keeps a kernel for every set of attributes it has seen, so they go in as one more tensor.
 */
const UPDATES = {
  PixelrnnAdam: {
    inputs: ['params', 'gradients', 'mean', 'square'],
    settings: ['rate', 'correction', 'beta1', 'beta2', 'epsilon'],
    outputs: 3,
  },
  PixelrnnRmsprop: {
    inputs: ['params', 'gradients', 'square'],
    settings: ['rate', 'decay', 'epsilon'],
    outputs: 2,
  },
} as const;

/** Registers the optimizer steps that are among the addon's operations, and returns their names. */
export function registerUpdates(operations: ReadonlySet<string>): readonly string[] {
  const entries = Object.entries(UPDATES).filter(([name]) => operations.has(name));
  for (const [name, { inputs: inputNames, settings: settingNames, outputs }] of entries) {
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs = {}, backend }) => {
      const settings = tf.tensor1d(settingNames.map((setting) => attrs[setting] as number));
      const tensors = [...inputNames.map((input) => inputs[input] as tf.TensorInfo), settings];
      const results = (backend as TensorflowBackend).executeMultipleOutputs(name, [], tensors, outputs);
      settings.dispose();
      return results;
    };
    registerOnce({ kernelName: name, backendName: 'tensorflow', kernelFunc });
  }
  return entries.map(([name]) => name);
}
