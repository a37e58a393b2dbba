import type * as tf from '@tensorflow/tfjs-core';

const data = new WeakSet<tf.Tensor>();

/**
 * Says that a tensor is data: nobody will ask for a gradient with respect to it or to what it was made of, and to do so is an error.
 * Training says it of its images, so that the first layer need not compute their gradient. What is made of the tensor is data only if
 * whoever makes it says so, too.
 */
export function asData<T extends tf.Tensor>(tensor: T): T {
  data.add(tensor);
  return tensor;
}

/** Whether {@link asData} has been told of the tensor. */
export const isData = (tensor: tf.Tensor): boolean => data.has(tensor);
