import type { Host, Params, Tree } from '@pixelrnn/core';
import type { NamedArrays } from './named-arrays.ts';
import { WeightsError } from './weights-error.ts';

type Entry = readonly [path: readonly string[], values: Float32Array];

/**
 * Weights for streaming, as a tree: `stem/weights` is `weights` of `stem`. Asks neither for the model nor for TensorFlow.js; a layer
 * without parameters has no name in a file, and so no place in the tree.
 * @throws WeightsError if a name is that of an array and of a branch at once
 */
export const weightsTree = (tensors: NamedArrays): Host<Params> =>
  branch([...tensors].map(([path, { values }]): Entry => [path.split('/'), values])) as Host<Params>;

function branch(entries: readonly Entry[]): Tree<Float32Array> {
  const children = new Map<string, Entry[]>();
  for (const entry of entries) {
    const [[name]] = entry;
    children.set(name, [...(children.get(name) ?? []), entry]);
  }
  return Object.fromEntries(
    [...children].map(([name, below]) => {
      const leaf = below.find(([path]) => path.length === 1);
      if (leaf && below.length > 1) throw new WeightsError(`weightsTree: ${name} is both an array and a branch`);
      return [name, leaf ? leaf[1] : branch(below.map(([[, ...path], values]): Entry => [path, values]))];
    }),
  );
}
