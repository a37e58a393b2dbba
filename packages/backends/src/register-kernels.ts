import type { TrainingKernel, TrainingKernels } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';

type Shapes = ReturnType<TrainingKernel['outputs']>;

/**
 * Brings the tensors of a backend and the memory of the kernels together for one call: calls `run` with the addresses of the inputs
 * and of room for outputs of the given shapes (float32), and returns the outputs as tensors.
 */
export type Place = (
  backend: tf.KernelBackend,
  inputs: readonly tf.TensorInfo[],
  outputs: Shapes,
  run: (inputs: readonly number[], outputs: readonly number[]) => void,
) => tf.TensorInfo[];

/** Registers WebAssembly kernels for a backend. */
export function registerKernels(backendName: string, kernels: TrainingKernels, place: Place): void {
  for (const [kernelName, kernel] of kernels)
    tf.registerKernel({ kernelName, backendName, kernelFunc: kernelFunc(kernel, place) });
}

function kernelFunc(kernel: TrainingKernel, place: Place): tf.KernelFunc {
  return ({ inputs, attrs = {}, backend }) => {
    const named = Object.entries(inputs).filter(([, tensor]) => tensor !== undefined) as [string, tf.TensorInfo][];
    const shapes = Object.fromEntries(named.map(([name, tensor]) => [name, tensor.shape]));
    const attributes = attrs as Record<string, number | boolean | string>;
    const tensors = named.map(([, tensor]) => tensor);
    return place(backend as tf.KernelBackend, tensors, kernel.outputs(shapes, attributes), (pointers, outputs) =>
      kernel.run(Object.fromEntries(named.map(([name], i) => [name, pointers[i]])), outputs, shapes, attributes),
    );
  };
}
