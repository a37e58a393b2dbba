// Only kernels, core and layers, with TensorFlow.js: one layer learns to predict a pixel from its left neighbor.
import '@tensorflow/tfjs';
import assert from 'node:assert/strict';
import { rng } from '@pixelrnn/core';
import { maskedConv2d } from '@pixelrnn/layers';
import * as tf from '@tensorflow/tfjs-core';

await tf.setBackend('cpu');
const layer = maskedConv2d({ kernel: [3, 3], inputs: 1, outputs: 1, mask: 'A' });
const x = tf.tensor4d(Float32Array.from({ length: 4 * 6 * 6 }, rng(1).uniform), [4, 6, 6, 1]);
const left = tf.slice(
  tf.pad(x, [
    [0, 0],
    [0, 0],
    [1, 0],
    [0, 0],
  ]),
  0,
  [4, 6, 6, 1],
);
const loss = (params) => tf.mean(tf.squaredDifference(layer.apply(params, { here: x }).here, left));

let { weights, bias } = layer.init(rng(2));
const first = loss({ weights, bias }).dataSync()[0];
for (let step = 0; step < 100; step++) {
  const [dWeights, dBias] = tf.grads((weights, bias) => loss({ weights, bias }))([weights, bias]);
  weights = tf.sub(weights, tf.mul(dWeights, 0.3));
  bias = tf.sub(bias, tf.mul(dBias, 0.3));
}
const last = loss({ weights, bias }).dataSync()[0];
console.log(`squared error ${first.toFixed(4)} before, ${last.toFixed(4)} after`);
assert.ok(last < 0.1 * first);
