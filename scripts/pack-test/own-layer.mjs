// A layer of your own: registered by name, so that configs, recipes and checkpoints can hold it.
import { uniformInit, withDefaults } from '@pixelrnn/core';
import { plainLayer, registerLayer } from '@pixelrnn/layers';
import * as tf from '@tensorflow/tfjs-core';

/**
 * y(r, c) = x(r, c) + w · x(r, c − 1), with a weight for each channel: every pixel sees its left neighbor, and the first of a row zeros.
 * [B, H, W, channels] → [B, H, W, channels]
 */
export function leftNeighbor(options) {
  const { channels } = withDefaults('leftNeighbor', options, {}, ['channels']);
  return plainLayer({
    name: 'leftNeighbor',
    config: { channels },
    inputs: channels,
    outputs: channels,
    init: (rng) => ({ weights: uniformInit(rng, [channels], 1) }),

    // All pixels at once, on tensors: for training.
    apply({ weights }, x) {
      const aside = [1, 0]; // a column of zeros comes in on the left, and the last one goes out
      const left = tf.slice(tf.pad(x, [[0, 0], [0, 0], aside, [0, 0]]), 0, x.shape);
      return tf.add(x, tf.mul(left, weights));
    },

    // The same function pixel by pixel, on typed arrays: for sampling.
    prepare:
      ({ weights }) =>
      ({ batch }) => {
        const left = new Float32Array(batch * channels);
        return {
          beginRow: () => void left.fill(0),
          at: (_column, x) => x.map((value, i) => value + weights[i % channels] * left[i]),
          advance: (_column, x) => left.set(x),
        };
      },
  });
}

registerLayer('leftNeighbor', leftNeighbor);
