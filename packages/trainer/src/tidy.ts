import * as tf from '@tensorflow/tfjs-core';

/** `tf.tidy` for plain objects that hold tensors beside other values: its own type wants index signatures. */
export const tidy = tf.tidy as unknown as <T>(body: () => T) => T;
