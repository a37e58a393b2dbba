import { PARAMETER_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { offsetOf, type WasmBackend } from './wasm-backend.ts';

/**
 * Registers those of {@link PARAMETER_KERNELS} that are plain copies inside the heap of the backend, whose own split, made for any axis, took 5 to 8 ms
 * of a training step.
 */
export function registerParameters(): void {
  const { unflatten, flatten } = PARAMETER_KERNELS;
  tf.registerKernel({
    kernelName: unflatten,
    backendName: 'wasm',
    kernelFunc({ inputs, attrs = {}, backend }) {
      const wasm = backend as WasmBackend;
      const pieces = (attrs.shapes as number[][]).map((shape) => wasm.makeOutput([...shape], 'float32'));
      let from = offsetOf(wasm, inputs.vector as tf.TensorInfo);
      for (const piece of pieces) from += copy(wasm, from, offsetOf(wasm, piece), piece);
      return pieces;
    },
  });
  tf.registerKernel({
    kernelName: flatten,
    backendName: 'wasm',
    kernelFunc({ inputs, backend }) {
      const wasm = backend as WasmBackend;
      const pieces = Object.values(inputs) as tf.TensorInfo[];
      const size = pieces.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape), 0);
      const vector = wasm.makeOutput([size], 'float32');
      let to = offsetOf(wasm, vector);
      for (const piece of pieces) to += copy(wasm, offsetOf(wasm, piece), to, piece);
      return vector;
    },
  });
}

/** Copies the values of a tensor from one place of the heap to another, and returns how many bytes they take. */
function copy({ wasm }: WasmBackend, from: number, to: number, { shape }: tf.TensorInfo): number {
  const bytes = 4 * tf.util.sizeFromShape(shape);
  wasm.HEAPU8.copyWithin(to, from, from + bytes);
  return bytes;
}
