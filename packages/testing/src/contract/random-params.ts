import { type Layer, leaves, mapTree, type Params, type Rng, rng, toHost } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/** Noise for parameters that start at zero. */
const ZERO_NOISE = 0.3;

/**
 * Parameters in general position: as `init` makes them, plus uniform noise of half their root mean square. What starts at zero (biases,
 * initial states, last layers) or under a mask is then put to the test as well. The caller disposes them.
 */
export async function randomParams(layer: Pick<Layer, 'init'>, seed: string | number): Promise<Params> {
  const initial = layer.init(rng(seed).fork('init'));
  const noise = rng(seed).fork('noise');
  const shapes = new Map(leaves<tf.Tensor>(initial).map(([path, tensor]) => [path, tensor.shape]));
  const host = await toHost(initial);
  tf.dispose(leaves<tf.Tensor>(initial).map(([, tensor]) => tensor));
  return mapTree<Float32Array, tf.Tensor>(host, (values, path) =>
    tf.tensor(withNoise(values, noise.fork(path)), shapes.get(path)!),
  );
}

function withNoise(values: Float32Array, noise: Rng): Float32Array {
  const meanSquare = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  const size = meanSquare === 0 ? ZERO_NOISE : 0.5 * Math.sqrt(meanSquare);
  return values.map((value) => value + size * (2 * noise.uniform() - 1));
}
