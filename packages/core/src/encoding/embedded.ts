import { FUSED_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { fusedOp } from '../fused-op.ts';
import { uniformInit } from '../init.ts';
import { POINTWISE } from '../mask.ts';
import { withDefaults } from '../options.ts';
import { type Encoding, type EncodingOptions, fitting } from './encoding.ts';
import { isLevel, oneHotLevels } from './one-hot.ts';

export interface EmbeddedOptions extends EncodingOptions {
  /** Numbers D that stand for a level. */
  readonly size?: number;
}

export const EMBEDDED_DEFAULTS = { size: 16 } as const;

const POINT = { ...POINTWISE, relu: false };

/**
 * Rows w of a table by one-hot levels x, [B, H, W, L] → [B, H, W, D]: a convolution 1×1, of which our kernel sums the gradient in one order,
 * whatever the number of threads.
 */
const lookUp = fusedOp(
  FUSED_KERNELS.maskedConv2d,
  ({ x, w, b }: { x: tf.Tensor4D; w: tf.Tensor2D; b: tf.Tensor1D }, _: typeof POINT): tf.Tensor4D => {
    const [batch, height, width, levels] = x.shape;
    const rows = tf.add(tf.matMul(tf.reshape(x, [-1, levels]) as tf.Tensor2D, w), b);
    return tf.reshape(rows, [batch, height, width, w.shape[1]]);
  },
);

/** One learned vector for each level of each colour: [C, L, D]. */
export type EmbeddedParams = { readonly table: tf.Tensor3D };

/**
 * Each level as a learned vector of D numbers, another for each colour: [B, H, W, C] → [B, H, W, C·D] (the colour embeddings of
 * PixelVAE, Gulrajani et al. 2017, §4). The vectors begin uniform on ±√3: variance 1, as that of scaled levels at most.
 */
export function embedded(options: EmbeddedOptions): Encoding<EmbeddedParams> {
  const { channels, levels, size } = withDefaults('embedded', options, EMBEDDED_DEFAULTS, ['channels', 'levels']);
  return {
    name: 'embedded',
    config: { size },
    channels,
    levels,
    outputs: channels * size,
    isNumeric: false,
    init: (rng) => ({ table: uniformInit(rng, [channels, levels, size], 1) as tf.Tensor3D }),
    apply: ({ table }, images) =>
      tf.tidy(() => {
        const [batch, height, width] = images.shape;
        const vectors = Array.from({ length: channels }, (_, c) => {
          const colour = tf.slice(images, [0, 0, 0, c], [batch, height, width, 1]);
          const x = tf.reshape(oneHotLevels(colour, levels), [batch, height, width, levels]) as tf.Tensor4D;
          const w = tf.reshape(tf.slice(table, [c, 0, 0], [1, levels, size]), [levels, size]) as tf.Tensor2D;
          return lookUp({ x, w, b: tf.zeros([size]) }, POINT);
        });
        return vectors.length === 1 ? vectors[0] : tf.concat(vectors, 3);
      }),
    prepare({ table }) {
      let result: Float32Array = new Float32Array(0);
      return (pixels) => {
        result = fitting(result, pixels.length * size).fill(0);
        for (let i = 0; i < pixels.length; i++) {
          if (!isLevel(pixels[i], levels)) continue;
          const row = ((i % channels) * levels + pixels[i]) * size;
          result.set(table.subarray(row, row + size), i * size);
        }
        return result;
      };
    },
  };
}
