import { PARAMETER_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { registerOnce } from '../register-once.ts';
import type { TensorflowBackend } from './tensorflow-backend.ts';

/** Registers {@link PARAMETER_KERNELS} if the addon has them, and returns their names. */
export function registerParameters(operations: ReadonlySet<string>): readonly string[] {
  const { unflatten, flatten, norm } = PARAMETER_KERNELS;
  if (![unflatten, flatten, norm].every((name) => operations.has(name))) return [];
  registerOnce({
    kernelName: unflatten,
    backendName: 'tensorflow',
    kernelFunc({ inputs, attrs = {}, backend }) {
      const pieces = attrs.shapes as number[][];
      const shapes = tf.tensor1d(
        pieces.flatMap((shape) => [shape.length, ...shape]),
        'int32',
      );
      const tensors = run(backend, unflatten, pieces.length, [inputs.vector as tf.TensorInfo, shapes], pieces.length);
      shapes.dispose();
      return tensors;
    },
  });
  registerOnce({
    kernelName: flatten,
    backendName: 'tensorflow',
    kernelFunc({ inputs, backend }) {
      const pieces = Object.values(inputs) as tf.TensorInfo[];
      return run(backend, flatten, pieces.length, pieces, 1)[0];
    },
  });
  registerOnce({
    kernelName: norm,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, backend }) =>
      (backend as TensorflowBackend).executeMultipleOutputs(norm, [], [inputs.vector as tf.TensorInfo], 1),
  });
  return [unflatten, flatten, norm];
}

function run(backend: unknown, name: string, count: number, inputs: tf.TensorInfo[], outputs: number): tf.TensorInfo[] {
  const tensorflow = backend as TensorflowBackend;
  const attribute = { name: 'count', type: tensorflow.binding.TF_ATTR_INT, value: count };
  return tensorflow.executeMultipleOutputs(name, [attribute], inputs, outputs);
}
