import { causalTaps, contiguousGroups, fusedOp, type Layer, withDefaults } from '@pixelrnn/core';
import { FUSED_KERNELS, floats, kernels } from '@pixelrnn/kernels';
import type * as tf from '@tensorflow/tfjs-core';
import { plainLayer } from '../plain-layer.ts';
import { convStream } from './conv-stream.ts';
import { type ConvParams, linearMap, POINTWISE } from './linear-map.ts';
import { maskedConv2dOp } from './masked-conv2d-op.ts';

export type PixelCnnBlockOptions = {
  /** Channels of input and output: 2h. */
  readonly channels: number;
  /** Channels inside: h. */
  readonly hidden: number;
  readonly kernel?: readonly [number, number];
  readonly groups?: number;
};

export const PIXEL_CNN_BLOCK_DEFAULTS = { kernel: [3, 3], groups: 1 } as const;

export type PixelCnnBlockParams = {
  readonly reduce: ConvParams;
  readonly conv: ConvParams;
  readonly expand: ConvParams;
};

type BlockInputs = {
  x: tf.Tensor4D;
  w1: tf.Tensor;
  b1: tf.Tensor1D;
  w2: tf.Tensor;
  b2: tf.Tensor1D;
  w3: tf.Tensor;
  b3: tf.Tensor1D;
};
type BlockAttributes = { rows: number; width: number; last: number };

const blockOp = fusedOp(
  FUSED_KERNELS.pixelCnnBlock,
  ({ x, w1, b1, w2, b2, w3, b3 }: BlockInputs, taps: BlockAttributes) => {
    const reduced = maskedConv2dOp({ x, w: w1, b: b1 }, { ...POINTWISE, relu: true });
    const mixed = maskedConv2dOp({ x: reduced, w: w2, b: b2 }, { ...taps, relu: true });
    return maskedConv2dOp({ x: mixed, w: w3, b: b3, residual: x }, { ...POINTWISE, relu: true });
  },
);

/**
 * The residual block of PixelCNN (PixelRNN §3.3, Figure 5 left), all masks B:
 *
 *   x ─ ReLU ─ 1×1 (2h → h) ─ ReLU ─ 3×3 (h → h) ─ ReLU ─ 1×1 (h → 2h) ─ + ─ y
 *   └──────────────────────────────────────────────────────────────────────┘
 */
export function pixelCnnBlock(options: PixelCnnBlockOptions): Layer<PixelCnnBlockParams> {
  const resolved = withDefaults('pixelCnnBlock', options, PIXEL_CNN_BLOCK_DEFAULTS, ['channels', 'hidden']);
  const { channels, hidden, kernel, groups } = resolved;
  const [outer, inner] = [contiguousGroups(channels, groups), contiguousGroups(hidden, groups)];
  const taps = causalTaps(kernel, 'B', groups);
  const maps = {
    reduce: linearMap(POINTWISE, 'B', outer, inner),
    conv: linearMap(taps, 'B', inner, inner),
    expand: linearMap(POINTWISE, 'B', inner, outer),
  };

  return plainLayer<PixelCnnBlockParams>({
    name: 'pixelCnnBlock',
    config: { ...resolved },
    inputs: channels,
    outputs: channels,
    init: (rng) => ({
      reduce: maps.reduce.init(rng.fork('reduce')),
      conv: maps.conv.init(rng.fork('conv')),
      expand: maps.expand.init(rng.fork('expand')),
    }),
    apply(params, x) {
      const inputs = {
        x,
        w1: maps.reduce.masked(params.reduce.weights),
        b1: params.reduce.bias,
        w2: maps.conv.masked(params.conv.weights),
        b2: params.conv.bias,
        w3: maps.expand.masked(params.expand.weights),
        b3: params.expand.bias,
      };
      return blockOp(inputs, { ...taps });
    },
    stream(weights, frame) {
      const steps = (['reduce', 'conv', 'expand'] as const).map((step) => {
        const { taps, inputs, outputs, maskedHost } = maps[step];
        const { weights: w, bias } = weights[step];
        return convStream(
          { taps, inputs: inputs.length, outputs: outputs.length, weights: maskedHost(w), bias, relu: true },
          frame,
        );
      });
      const [reduce, conv, expand] = steps;
      const input = floats(frame.batch * channels);
      return {
        at(here) {
          input.set(here);
          const output = expand.at(conv.at(reduce.at(input)));
          kernels().add(input.pointer, output.pointer, output.length);
          return output.array;
        },
        advance(here) {
          input.set(here);
          conv.advance(reduce.at(input));
        },
        dispose() {
          input.free();
          for (const step of steps) step.dispose();
        },
      };
    },
  });
}
