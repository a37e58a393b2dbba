import { leaves, mapTree, type Params, sizeOf, type Tree, treeFrom } from '@pixelrnn/core';
import { PARAMETER_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Training works on one vector: all parameters laid end to end, in the order of the tree. Optimizers, clipping and averaging are
 * element-wise, so a step costs a dozen large operations, however many parameters a model has (on wasm one operation costs about
 * 35 µs before it does anything). The gradient arrives as a vector too, since the gradient of a split is a concatenation.
 */
export type Shapes = Tree<readonly number[]>;

/** The shape of every parameter: what {@link unflatten} needs to turn a vector into the tree again. */
export const shapesOf = (params: Params): Shapes =>
  mapTree<tf.Tensor, readonly number[]>(params, (tensor) => tensor.shape);

/** All values of the tree as one vector [n]; on the tape. */
export function flatten(params: Params): tf.Tensor1D {
  return tf.tidy(() =>
    tf.concat(leaves<tf.Tensor>(params).map(([, tensor]) => tf.reshape(tensor, [-1]) as tf.Tensor1D)),
  );
}

/**
 * The tree whose values, laid end to end, are `vector`; differentiable.
 * @throws if the vector does not have exactly as many values as the shapes want
 */
export function unflatten(vector: tf.Tensor1D, shapes: Shapes): Params {
  const wanted = leaves<readonly number[]>(shapes);
  const total = wanted.reduce((sum, [, shape]) => sum + sizeOf(shape), 0);
  if (vector.size !== total) throw new Error(`unflatten: wanted a vector of ${total} values, got ${vector.size}`);
  const pieces = cut(
    vector,
    wanted.map(([, shape]) => shape),
  );
  return treeFrom(shapes, new Map(wanted.map(([path], i) => [path, pieces[i]])));
}

/** In one kernel where the backend has it: a reshape for every parameter took a tenth of a training step of a small network. */
function cut(vector: tf.Tensor1D, shapes: (readonly number[])[]): tf.Tensor[] {
  const has = (name: string) => tf.getKernel(name, tf.getBackend()) != null;
  if (has(PARAMETER_KERNELS.unflatten) && has(PARAMETER_KERNELS.flatten))
    return tf.engine().runKernel(PARAMETER_KERNELS.unflatten, { vector }, { shapes: shapes as number[][] });
  return tf.tidy(() => {
    const pieces = tf.split(vector, shapes.map(sizeOf));
    return shapes.map((shape, i) => tf.reshape(pieces[i], [...shape]));
  });
}

tf.registerGradient({
  kernelName: PARAMETER_KERNELS.unflatten,
  gradFunc: (pieces) => ({
    vector: () =>
      tf.engine().runKernel(PARAMETER_KERNELS.flatten, Object.fromEntries(Object.entries(pieces as tf.Tensor[]))),
  }),
});
