import { type Mapping, uniformInit, withDefaults } from '@pixelrnn/core';
import { arena, kernels } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';

export type TransposedConv2dOptions = {
  /** Height and width of the input. */
  readonly size: readonly [number, number];
  readonly inputs: number;
  readonly outputs: number;
  /** Factor s of both sides, and size of the kernel. */
  readonly stride: number;
};

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
 *   c d   →    A A B B        y(s·r + i, s·c + j) = W_ij · x(r, c) + b
 *              C C D D
 *              C C D D        [H, W, inputs] → [s·H, s·W, outputs]
 *
 * No layer of a causal network: all that it reads is known before the first pixel.
 */
export function transposedConv2d(options: TransposedConv2dOptions): Mapping<TransposedConv2dParams> {
  const others = ['size', 'inputs', 'outputs', 'stride'] as const;
  const { size, inputs, outputs, stride } = withDefaults('transposedConv2d', options, {}, others);
  const [height, width] = size;
  const block = stride * stride * outputs;
  const name = 'transposedConv2d';

  return {
    name,
    config: { size: [...size], inputs, outputs, stride },
    inputs: [height, width, inputs],
    outputs: [stride * height, stride * width, outputs],
    init: (rng) => ({
      weights: uniformInit(rng, [inputs, block], inputs) as tf.Tensor2D,
      bias: tf.zeros([outputs]) as tf.Tensor1D,
    }),
    apply: ({ weights, bias }, x) =>
      tf.tidy(() => {
        const batch = x.shape[0];
        if (String(x.shape) !== String([batch, height, width, inputs]))
          throw new Error(`${name}: wanted [B,${height},${width},${inputs}], got [${x.shape}]`);
        const blocks = tf.matMul(tf.reshape(x, [-1, inputs]), weights); // [B·H·W, s·s·outputs]
        const apart = tf.reshape(blocks, [batch * height, width, stride, stride * outputs]);
        const rows = tf.transpose(apart, [0, 2, 1, 3]); // [B·H, s, W, s·outputs]
        return tf.add(tf.reshape(rows, [batch, stride * height, stride * width, outputs]), bias);
      }),
    prepare(values) {
      const packed = arena();
      const weights = packed.floatsOf(values.weights);
      let isThere = true;
      return {
        run(x, batch) {
          if (!isThere) throw new Error(`${name}: wanted its weights to run, got a call after dispose`);
          if (x.length !== batch * height * width * inputs)
            throw new Error(`${name}: wanted ${batch * height * width * inputs} values, got ${x.length}`);
          const pixels = batch * height * width;
          const memory = arena();
          const blocks = memory.floats(pixels * block);
          kernels().linear(
            memory.floatsOf(x).pointer,
            inputs,
            weights.pointer,
            0,
            blocks.pointer,
            block,
            pixels,
            inputs,
            block,
            0,
          );
          const y = spread(blocks.array, pixels);
          memory.dispose();
          return y;
        },
        dispose() {
          isThere = false;
          packed.dispose();
        },
      };

      /** Puts the rows of every block where they belong, [B, s·H, s·W, outputs], and adds the bias. */
      function spread(blocks: Float32Array, pixels: number): Float32Array {
        const y = new Float32Array(blocks.length);
        const run = stride * outputs;
        for (let pixel = 0; pixel < pixels; pixel++) {
          const [row, column] = [Math.floor(pixel / width), pixel % width];
          for (let i = 0; i < stride; i++)
            for (let k = 0; k < run; k++)
              y[((row * stride + i) * width + column) * run + k] =
                blocks[pixel * block + i * run + k] + values.bias[k % outputs];
        }
        return y;
      }
    },
  };
}
