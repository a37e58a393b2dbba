import { instantiateKernels } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { type Place, registerKernels } from '../register-kernels.ts';
import { registerParameters } from './register-parameters.ts';
import { heapOf, offsetOf, type WasmBackend } from './wasm-backend.ts';

let isRegistered = false;

/**
 * Registers the fused kernels for the backend `wasm`: the same C++ as everywhere, in place in the heap of the backend, no copies.
 * The backend must be the active one.
 *
 * @returns why not, where it could not be done
 */
export function registerWasmKernels(): string | undefined {
  const backend = tf.backend() as WasmBackend;
  const memory = heapOf(backend);
  if (typeof memory === 'string') return memory;
  if (isRegistered) return undefined;
  const { wasm } = backend;
  const kernels = instantiateKernels(
    memory,
    (bytes) => wasm._malloc(bytes) >>> 0,
    (pointer) => wasm._free(pointer),
  );
  registerKernels('wasm', kernels, inPlace);
  registerParameters();
  tf.unregisterKernel('Identity', 'wasm');
  tf.registerKernel({ kernelName: 'Identity', backendName: 'wasm', kernelFunc: identity });
  isRegistered = true;
  return undefined;
}

const inPlace: Place = (backend, inputs, shapes, run) => {
  const wasm = backend as WasmBackend;
  const outputs = shapes.map((shape) => wasm.makeOutput([...shape], 'float32'));
  const offset = (tensor: tf.TensorInfo) => offsetOf(wasm, tensor);
  run(inputs.map(offset), outputs.map(offset));
  return outputs;
};

/**
 * The backend copies a tensor that is merely named again, and the tape names every tensor it saves; sharing the data instead saved
 * 25 ms of an 870 ms training step.
 */
const identity: tf.KernelFunc = ({ inputs, backend }) => {
  const { x } = inputs as { x: tf.TensorInfo };
  (backend as tf.KernelBackend & { incRef(dataId: object): void }).incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
};
