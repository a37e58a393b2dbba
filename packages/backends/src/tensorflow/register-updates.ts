import { OPTIMIZER_KERNELS, type OptimizerKernel } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { registerOnce } from '../register-once.ts';
import type { TensorflowBackend } from './tensorflow-backend.ts';

/**
 * Registers the optimizer steps that are among the addon's operations, and returns their names. Their attributes change from step to
 * step, and TensorFlow keeps a kernel for every set of attributes it has seen, so they go in as one more tensor.
 */
export function registerUpdates(operations: ReadonlySet<string>): readonly string[] {
  const kernels = Object.values<OptimizerKernel>(OPTIMIZER_KERNELS).filter(({ name }) => operations.has(name));
  for (const { name, inputs: inputNames, attributes, outputs } of kernels) {
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs = {}, backend }) => {
      const settings = tf.tensor1d(attributes.map((attribute) => attrs[attribute] as number));
      const tensors = [...inputNames.map((input) => inputs[input] as tf.TensorInfo), settings];
      const results = (backend as TensorflowBackend).executeMultipleOutputs(name, [], tensors, outputs.length);
      settings.dispose();
      return results;
    };
    registerOnce({ kernelName: name, backendName: 'tensorflow', kernelFunc });
  }
  return kernels.map(({ name }) => name);
}
