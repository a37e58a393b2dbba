import type { OptimizerKernel } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Runs a whole update in one kernel where the active backend has registered that kernel: vectors in, the new parameters and
 * then the new slots out. Returns undefined elsewhere; the optimizer then uses tfjs-core operations. An update has no gradient, so
 * this asks for itself what `fusedOp` of `@pixelrnn/core` asks for operations.
 */
export function fusedUpdate(
  { name }: OptimizerKernel,
  inputs: { readonly [name: string]: tf.Tensor1D },
  attributes: { readonly [name: string]: number },
): tf.Tensor1D[] | undefined {
  if (tf.getKernel(name, tf.getBackend()) == null) return undefined;
  return tf.engine().runKernel(name, { ...inputs }, { ...attributes }) as tf.Tensor[] as tf.Tensor1D[];
}
