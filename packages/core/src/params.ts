import type * as tf from '@tensorflow/tfjs-core';
import { leaves, mapTree, type Tree } from './tree.ts';

/** Trainable values: a tree of tensors. */
export type Params = Tree<tf.Tensor>;

/** The same tree with `Float32Array` leaves, for streaming: made once by {@link toHost}. */
export type Host<P extends Params = Params> = {
  readonly [K in keyof P]: HostOf<P[K]>;
};

type HostOf<T> = T extends tf.Tensor ? Float32Array : T extends Params ? Host<T> : undefined;

/** Copies parameters to typed arrays. Asynchronous, since some devices cannot be read synchronously. */
export async function toHost<P extends Params>(params: P): Promise<Host<P>> {
  const values = new Map<string, Float32Array>();
  for (const [path, tensor] of leaves<tf.Tensor>(params)) values.set(path, new Float32Array(await tensor.data()));
  return mapTree<tf.Tensor, Float32Array>(params, (_, path) => values.get(path)!) as Host<P>;
}

/** How many numbers the tree holds. */
export function countParams(params: Params): number {
  return leaves<tf.Tensor>(params).reduce((total, [, tensor]) => total + tensor.size, 0);
}

/** Frees every tensor of the tree. */
export function disposeParams(params: Params): void {
  for (const [, tensor] of leaves<tf.Tensor>(params)) tensor.dispose();
}
