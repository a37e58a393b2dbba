import { type Layer, leaves, type Params, rng, toHost } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/** `init` gives the same parameters for the same seed and others for another seed. */
export async function checkSeeds(layer: { readonly name: string } & Pick<Layer, 'init'>): Promise<void> {
  const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => initialValues(layer, seed)));
  if (first.length === 0) return;
  if (!sameValues(first, again))
    throw new Error(`checkSeeds: ${layer.name}: init gave other parameters for the same seed`);
  if (sameValues(first, other))
    throw new Error(`checkSeeds: ${layer.name}: init gave the same parameters for two seeds`);
}

/** What `init` makes of a seed, path by path. */
export async function initialValues(
  layer: Pick<Layer, 'init'>,
  seed: string | number,
): Promise<[string, Float32Array][]> {
  const params: Params = layer.init(rng(seed));
  const host = await toHost(params);
  tf.dispose(leaves<tf.Tensor>(params).map(([, tensor]) => tensor));
  return leaves<Float32Array>(host);
}

export const sameValues = (a: [string, Float32Array][], b: [string, Float32Array][]): boolean =>
  a.length === b.length && a.every(([path, values], i) => path === b[i][0] && String(values) === String(b[i][1]));
