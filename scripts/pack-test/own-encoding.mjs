// An encoding of your own: how a network reads the levels of a pixel.
import { registerEncoding, withDefaults } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Each level as a thermometer of L − 1 channels, of which those up to the level are 1 and the others 0 (Buckman et al. 2018): classes, as in
 * a one-hot code, that keep their order. [B, H, W, C] → [B, H, W, C·(L − 1)]
 */
export function thermometer(options) {
  const { channels, levels } = withDefaults('thermometer', options, {}, ['channels', 'levels']);
  const marks = levels - 1;
  return {
    name: 'thermometer',
    config: {},
    channels,
    levels,
    outputs: channels * marks,
    isNumeric: false,
    init: () => ({}), // nothing to learn

    apply: (_params, images) =>
      tf.tidy(() => {
        const [batch, height, width] = images.shape;
        const reached = tf.greaterEqual(tf.expandDims(images, 4), tf.range(1, levels)); // [B, H, W, C, L − 1]
        return tf.reshape(tf.cast(reached, 'float32'), [batch, height, width, channels * marks]);
      }),

    prepare: () => (pixels) =>
      Float32Array.from({ length: pixels.length * marks }, (_, i) =>
        pixels[Math.floor(i / marks)] >= 1 + (i % marks) ? 1 : 0,
      ),
  };
}

registerEncoding('thermometer', thermometer);
