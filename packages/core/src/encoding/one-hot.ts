import * as tf from '@tensorflow/tfjs-core';
import { withDefaults } from '../options.ts';
import { type Encoding, type EncodingOptions, fitting } from './encoding.ts';

/** Each level as L channels, one of them 1 and the others 0: [B, H, W, C] → [B, H, W, C·L]. For levels without an order, such as codes. */
export function oneHot(options: EncodingOptions): Encoding<Record<string, never>> {
  const { channels, levels } = withDefaults('oneHot', options, {}, ['channels', 'levels']);
  return {
    name: 'oneHot',
    config: {},
    channels,
    levels,
    outputs: channels * levels,
    isNumeric: false,
    init: () => ({}),
    apply: (_, images) =>
      tf.tidy(() => {
        const [batch, height, width] = images.shape;
        return tf.reshape(oneHotLevels(images, levels), [batch, height, width, channels * levels]) as tf.Tensor4D;
      }),
    prepare() {
      let result: Float32Array = new Float32Array(0);
      return (pixels) => {
        result = fitting(result, pixels.length * levels).fill(0);
        for (let i = 0; i < pixels.length; i++) if (isLevel(pixels[i], levels)) result[i * levels + pixels[i]] = 1;
        return result;
      };
    },
  };
}

/** [B, H, W, C] → [B·H·W·C, L] */
export const oneHotLevels = (images: tf.Tensor4D, levels: number): tf.Tensor2D =>
  tf.cast(tf.oneHot(tf.cast(tf.reshape(images, [-1]), 'int32') as tf.Tensor1D, levels), 'float32') as tf.Tensor2D;

export const isLevel = (value: number, levels: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < levels;
