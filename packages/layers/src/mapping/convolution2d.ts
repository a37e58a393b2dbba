import { type Mapping, type Taps, withDefaults } from '@pixelrnn/core';
import { kernels } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { type ConvParams, linearMap, unmasked } from '../convolution/linear-map.ts';
import { maskedConv2dOp } from '../convolution/masked-conv2d-op.ts';
import { type Activation, activationOf } from './activation.ts';
import { swapped, toBlocks } from './blocks.ts';
import { defineMapping } from './define-mapping.ts';

export type Convolution2dOptions = {
  /** Height and width of the input. */
  readonly size: readonly [number, number];
  readonly inputs: number;
  readonly outputs: number;
  /** Height and width k of the kernel, odd. */
  readonly kernel?: number;
  /** Every s-th row and column is computed. */
  readonly stride?: number;
  /** Of the input. */
  readonly activation?: Activation;
  /** Weight normalization. */
  readonly normalize?: boolean;
};

export const CONVOLUTION2D_DEFAULTS = { kernel: 3, stride: 1, activation: 'none', normalize: false } as const;

/**
 * A convolution that sees all around: the layers of encoders. With p = (k − 1) / 2, f the activation, and zeros outside the image,
 *
 *   y(r, c) = b + Σ_ij W_ij · f(x(s·r + i − p, s·c + j − p)),      [H, W, inputs] → [⌈H/s⌉, ⌈W/s⌉, outputs]
 *
 * The zeros are the same on all sides, whatever the size: "same" padding of TensorFlow puts more of them below and to the right.
 *
 * With a stride it is a convolution of blocks of s×s pixels, each read as one pixel of s·s·C channels, and kernels that reach below a row are
 * computed some rows further down: so both are the operation of the causal layers, with its fused kernels.
 */
export function convolution2d(options: Convolution2dOptions): Mapping<ConvParams> {
  const name = 'convolution2d';
  const resolved = withDefaults<Convolution2dOptions, typeof CONVOLUTION2D_DEFAULTS>(
    name,
    options,
    CONVOLUTION2D_DEFAULTS,
    ['size', 'inputs', 'outputs'],
  );
  const { size, inputs, outputs, kernel, stride, normalize } = resolved;
  if (kernel % 2 !== 1) throw new Error(`${name}: wanted an odd kernel, which has a centre, got ${kernel}`);
  const activation = activationOf(name, resolved.activation);
  const [height, width] = size.map((length) => Math.ceil(length / stride));
  const map = linearMap({
    taps: { rows: kernel, width: kernel, last: kernel },
    mask: 'B',
    inputs: unmasked(inputs),
    outputs: unmasked(outputs),
    normalize,
  });
  const blocks = blocksOf(kernel, stride);

  return defineMapping({
    name,
    config: { ...resolved, size: [...size] },
    inputs: [...size, inputs],
    outputs: [height, width, outputs],
    init: map.init,
    apply(params, x) {
      const { weights, bias } = map.resolve(params);
      const pixels = toBlocks(activation.apply(x) as tf.Tensor4D, stride);
      const w = blockWeights(weights, blocks, [inputs, outputs]);
      const below = tf.pad(pixels, [
        [0, 0],
        [0, blocks.below],
        [0, 0],
        [0, 0],
      ]);
      const y = maskedConv2dOp({ x: below, w, b: bias }, { ...blocks.taps, relu: false });
      return tf.slice(y, [0, blocks.below, 0, 0], [x.shape[0], height, width, outputs]);
    },
    prepare(values, packed) {
      const { weights, bias } = map.resolveHost(values);
      const w = packed.floatsOf(blockWeightsHost(weights, blocks, [inputs, outputs]));
      const b = packed.floatsOf(bias);
      return (x, batch, memory) => {
        const input = memory.floatsOf(x);
        activation.run(input);
        const y = memory.floats(batch * height * width * outputs);
        const [rows, columns] = [height + blocks.count - 1, width + blocks.count - 1];
        const pixel = stride * stride * inputs;
        const framed = memory.floats(rows * columns * pixel); // one image, its blocks within a border of zeros
        for (let image = 0; image < batch; image++) {
          layBlocks(input.array, image, framed.array, columns);
          for (let row = 0; row < height; row++) {
            const result = y.at((image * height + row) * width * outputs);
            for (let i = 0; i < blocks.count; i++) {
              const from = framed.at((row + i) * columns * pixel);
              const part = w.at(i * blocks.count * pixel * outputs);
              const count = blocks.count * pixel;
              const [init, initStride] = i === 0 ? [b.pointer, 0] : [result, outputs];
              kernels().linear(from, pixel, part, init, initStride, result, outputs, width, count, outputs);
            }
          }
        }
        return y.array;
      };
    },
  });

  /** Puts an image into its frame, block by block. */
  function layBlocks(x: Float32Array, image: number, framed: Float32Array, columns: number): void {
    const { above } = blocks;
    for (let r = 0; r < size[0]; r++)
      for (let c = 0; c < size[1]; c++) {
        const block = (Math.floor(r / stride) + above) * columns + Math.floor(c / stride) + above;
        const within = (r % stride) * stride + (c % stride);
        const from = ((image * size[0] + r) * size[1] + c) * inputs;
        framed.set(x.subarray(from, from + inputs), (block * stride * stride + within) * inputs);
      }
  }
}

/** A kernel of k×k pixels, seen as one of blocks of s×s pixels. */
interface Blocks {
  /** Blocks that it covers in each direction, of which so many lie above (or left of) the block of its centre, and so many below. */
  readonly count: number;
  readonly above: number;
  readonly below: number;
  /** Rows (and columns) of the blocks that lie before the kernel's first, and after its last. */
  readonly before: number;
  readonly after: number;
  readonly kernel: number;
  readonly stride: number;
  readonly taps: Taps;
}

/**
 * The centre stands on a block's first pixel, since only every s-th position is computed:
 *
 *   k = 3, s = 2      . x | X x | . .        X the centre, | between blocks: two blocks, one of them above
 *   k = 5, s = 2      x x | X x | x .        three
 */
function blocksOf(kernel: number, stride: number): Blocks {
  const reach = (kernel - 1) / 2;
  const [above, below] = [Math.ceil(reach / stride), Math.floor(reach / stride)];
  const count = above + 1 + below;
  const before = above * stride - reach;
  const taps = { rows: count, width: count, last: count };
  return { count, above, below, before, after: count * stride - before - kernel, kernel, stride, taps };
}

/** [k·k, C, O] → [n·n, s·s·C, O] */
function blockWeights(
  weights: tf.Tensor3D,
  { count, before, after, kernel, stride }: Blocks,
  [inputs, outputs]: readonly [number, number],
): tf.Tensor {
  if (stride === 1) return weights;
  const whole = tf.pad(tf.reshape(weights, [kernel, kernel, inputs * outputs]) as tf.Tensor3D, [
    [before, after],
    [before, after],
    [0, 0],
  ]);
  const blocks = swapped(whole, count, stride, count, stride * inputs * outputs); // [n, n, s, s·C·O]
  return tf.reshape(blocks, [count * count, stride * stride * inputs, outputs]);
}

/** The same on typed arrays. */
function blockWeightsHost(
  weights: Float32Array,
  { count, before, kernel, stride }: Blocks,
  [inputs, outputs]: readonly [number, number],
): Float32Array {
  const size = inputs * outputs;
  const result = new Float32Array(count * count * stride * stride * size);
  for (let i = 0; i < kernel; i++)
    for (let j = 0; j < kernel; j++) {
      const [row, column] = [i + before, j + before];
      const block = Math.floor(row / stride) * count + Math.floor(column / stride);
      const within = (row % stride) * stride + (column % stride);
      const tap = (i * kernel + j) * size;
      result.set(weights.subarray(tap, tap + size), (block * stride * stride + within) * size);
    }
  return result;
}
