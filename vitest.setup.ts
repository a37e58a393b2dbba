// tfjs-core alone registers neither gradients nor a backend: the tests run on the plain `cpu` backend unless they start another.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';

await tf.setBackend('cpu');
