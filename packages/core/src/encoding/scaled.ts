import * as tf from '@tensorflow/tfjs-core';
import { withDefaults } from '../options.ts';
import { type Encoding, type EncodingOptions, fitting } from './encoding.ts';

/** Levels v as numbers 2v / (L−1) − 1, from −1 to 1; [B, H, W, C] → [B, H, W, C]. What all the papers' networks read. */
export function scaled(options: EncodingOptions): Encoding<Record<string, never>> {
  const { channels, levels } = withDefaults('scaled', options, {}, ['channels', 'levels']);
  const scale = 2 / (levels - 1);
  return {
    name: 'scaled',
    config: {},
    channels,
    levels,
    outputs: channels,
    isNumeric: true,
    init: () => ({}),
    apply: (_, images) => tf.tidy(() => tf.sub(tf.mul(images, scale), 1)),
    prepare() {
      let result: Float32Array = new Float32Array(0);
      return (pixels) => {
        result = fitting(result, pixels.length);
        for (let i = 0; i < pixels.length; i++) result[i] = pixels[i] * scale - 1;
        return result;
      };
    },
  };
}
