import * as tf from '@tensorflow/tfjs-core';

/** elu of x and of −x, side by side: [B, H, W, C] → [B, H, W, 2C]. elu(x) = x for x > 0, else eˣ − 1. */
export const concatElu = (x: tf.Tensor4D): tf.Tensor4D => tf.elu(tf.concat([x, tf.neg(x)], 3));
