import type { Gradient, Reduce } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import type { Communicator } from './communicator.ts';

/**
 * Makes the gradient of a batch of those that the ranks have of their shards: for `reduce` of `train`.
 *
 * @param ready awaited when all is there to be added, and nothing is left that may fail before
 */
export const reduceOver =
  (communicator: Communicator, ready: () => unknown = () => {}): Reduce =>
  async (own) => {
    const { vector, nats, terms = {} } = own;
    const parts = [vector, nats, ...Object.values(terms)];
    const values = await Promise.all(parts.map((part) => part.data() as Promise<Float32Array>));
    const joined = new Float32Array(values.reduce((length, { length: more }) => length + more, 0));
    values.reduce((start, part) => {
      joined.set(part, start);
      return start + part.length;
    }, 0);
    await ready();
    communicator.sum(joined);
    return cut(joined, own);
  };

/** The numbers of a gradient, one part after the other, as tensors of the shapes that `like` has. */
function cut(joined: Float32Array, like: Gradient): Gradient {
  let start = 0;
  const next = <T extends tf.Tensor>({ shape, size }: T): T => {
    start += size;
    return tf.tensor(joined.slice(start - size, start), shape) as T;
  };
  const summed = { vector: next(like.vector), nats: next(like.nats) };
  if (!like.terms) return summed;
  return {
    ...summed,
    terms: Object.fromEntries(Object.entries(like.terms).map(([name, term]) => [name, next(term)])),
  };
}
