import { type Mapping, POINTWISE, uniformInit, withDefaults } from '@pixelrnn/core';
import { kernels } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { maskedConv2dOp } from '../convolution/masked-conv2d-op.ts';
import { type Activation, activationOf } from './activation.ts';
import { swapped } from './blocks.ts';
import { defineMapping } from './define-mapping.ts';

export type TransposedConv2dOptions = {
  /** Height and width of the input. */
  readonly size: readonly [number, number];
  readonly inputs: number;
  readonly outputs: number;
  /** Factor s of both sides, and size of the kernel. */
  readonly stride: number;
  /** Of the input. */
  readonly activation?: Activation;
};

export const TRANSPOSED_CONV2D_DEFAULTS = { activation: 'none' } as const;

export type TransposedConv2dParams = {
  /** [inputs, s·s·outputs]: for each pixel of the input, the block of s×s pixels that it becomes. */
  readonly weights: tf.Tensor2D;
  /** [outputs] */
  readonly bias: tf.Tensor1D;
};

/**
 * A transposed convolution whose kernel is as large as its stride s, the learned upsampler of multi-scale PixelRNN (§3.6): every pixel
 * becomes a block of s×s pixels, and blocks do not overlap.
 *
 *   a b        A A B B
 *   c d   →    A A B B        y(s·r + i, s·c + j) = W_ij · f(x(r, c)) + b,      f the activation
 *              C C D D
 *              C C D D        [H, W, inputs] → [s·H, s·W, outputs]
 *
 * No layer of a causal network: all that it reads is known before the first pixel.
 */
export function transposedConv2d(options: TransposedConv2dOptions): Mapping<TransposedConv2dParams> {
  const name = 'transposedConv2d';
  const resolved = withDefaults<TransposedConv2dOptions, typeof TRANSPOSED_CONV2D_DEFAULTS>(
    name,
    options,
    TRANSPOSED_CONV2D_DEFAULTS,
    ['size', 'inputs', 'outputs', 'stride'],
  );
  const { size, inputs, outputs, stride } = resolved;
  const activation = activationOf(name, resolved.activation);
  const [height, width] = size;
  const block = stride * stride * outputs;

  return defineMapping({
    name,
    config: { ...resolved, size: [...size] },
    inputs: [height, width, inputs],
    outputs: [stride * height, stride * width, outputs],
    init: (rng) => ({
      weights: uniformInit(rng, [inputs, block], inputs) as tf.Tensor2D,
      bias: tf.zeros([outputs]) as tf.Tensor1D,
    }),
    apply({ weights, bias }, x) {
      const batch = x.shape[0];
      const pixels = { x: activation.apply(x as tf.Tensor4D), w: weights, b: tf.zeros([block]) as tf.Tensor1D };
      const blocks = maskedConv2dOp(pixels, { ...POINTWISE, relu: false }); // [B, H, W, s·s·outputs]
      const rows = swapped(blocks, batch * height, width, stride, stride * outputs); // [B·H, s, W, s·outputs]
      return tf.add(tf.reshape(rows, [batch, stride * height, stride * width, outputs]), bias);
    },
    prepare(values, packed) {
      const weights = packed.floatsOf(values.weights);
      return (x, batch, memory) => {
        const pixels = batch * height * width;
        const input = memory.floatsOf(x);
        activation.run(input);
        const blocks = memory.floats(pixels * block);
        kernels().linear(input.pointer, inputs, weights.pointer, 0, 0, blocks.pointer, block, pixels, inputs, block);
        return spread(blocks.array, pixels, values.bias);
      };
    },
  });

  /** Puts the rows of every block where they belong, [B, s·H, s·W, outputs], and adds the bias. */
  function spread(blocks: Float32Array, pixels: number, bias: Float32Array): Float32Array {
    const y = new Float32Array(blocks.length);
    const run = stride * outputs;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const [row, column] = [Math.floor(pixel / width), pixel % width];
      for (let i = 0; i < stride; i++)
        for (let k = 0; k < run; k++)
          y[((row * stride + i) * width + column) * run + k] = blocks[pixel * block + i * run + k] + bias[k % outputs];
    }
    return y;
  }
}
