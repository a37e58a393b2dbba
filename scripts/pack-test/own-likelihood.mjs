// A likelihood of your own. What it can say in terms of one of ours, it need not do itself.
import { categorical, registerLikelihood, withDefaults } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Levels that have an order, with two outputs a sub-pixel, however many levels there are: p(l) ∝ exp(a·t + b·t²), where t runs from −1 to 1
 * over the levels. For b < 0 it is the discrete normal distribution (Kemp 1997); for b > 0 both ends are likelier than what lies between.
 *
 * It is a softmax whose logits lie on a parabola, so the arithmetic, its fused kernels and its care for what is no level are the softmax's.
 */
export function discreteNormal(options) {
  const { channels, levels } = withDefaults('discreteNormal', options, {}, ['channels', 'levels']);
  const softmax = categorical({ channels, levels });
  const t = Float32Array.from({ length: levels }, (_, level) => (2 * level) / (levels - 1) - 1);
  const logits = new Float32Array(channels * levels);
  return {
    name: 'discreteNormal',
    config: {},
    channels,
    levels,
    outputs: 2 * channels,
    outputGroups: Array.from({ length: 2 * channels }, (_, output) => Math.floor(output / 2)),

    logProb: (outputs, images) =>
      tf.tidy(() => {
        const [batch, height, width] = outputs.shape;
        const powers = tf.stack([tf.tensor1d(t), tf.square(tf.tensor1d(t))]); // [2, L]
        const parabolas = tf.matMul(tf.reshape(outputs, [-1, 2]), powers); // [B·H·W·C, L]
        return softmax.logProb(tf.reshape(parabolas, [batch, height, width, channels * levels]), images);
      }),

    pmf(outputs, channel, pixel, temperature) {
      const [a, b] = outputs.subarray(2 * channel);
      for (let level = 0; level < levels; level++) logits[channel * levels + level] = a * t[level] + b * t[level] ** 2;
      return softmax.pmf(logits, channel, pixel, temperature);
    },
  };
}

registerLikelihood('discreteNormal', discreteNormal);
