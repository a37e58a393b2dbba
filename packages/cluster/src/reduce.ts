import type { Gradient, Reduce } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import type { Communicator } from './communicator.ts';

/** Makes the gradient of a batch of those that the ranks have of their shards: for `reduce` of `train`. */
export const reduceOver =
  (communicator: Communicator): Reduce =>
  async ({ vector, nats, terms = {} }) => {
    const parts = [vector, nats, ...Object.values(terms)];
    const values = await Promise.all(parts.map((part) => part.data() as Promise<Float32Array>));
    const joined = new Float32Array(values.reduce((length, own) => length + own.length, 0));
    values.reduce((start, own) => {
      joined.set(own, start);
      return start + own.length;
    }, 0);
    communicator.sum(joined);
    return cut(joined, { vector, nats, terms });
  };

/** The numbers of a gradient, one part after the other, as tensors of the shapes that `like` has. */
function cut(joined: Float32Array, { vector, nats, terms = {} }: Gradient): Gradient {
  let start = 0;
  const next = <T extends tf.Tensor>({ shape, size }: T): T => {
    start += size;
    return tf.tensor(joined.slice(start - size, start), shape) as T;
  };
  const summed = { vector: next(vector), nats: next(nats) };
  const names = Object.keys(terms);
  if (names.length === 0) return summed;
  return { ...summed, terms: Object.fromEntries(names.map((name) => [name, next(terms[name])])) };
}
