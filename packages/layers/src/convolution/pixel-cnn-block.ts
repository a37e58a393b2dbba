import { causalTaps, contiguousGroups, fusedOp, type Layer, POINTWISE, withDefaults } from '@pixelrnn/core';
import { FUSED_KERNELS } from '@pixelrnn/kernels';
import type * as tf from '@tensorflow/tfjs-core';
import { biasRows } from '../condition/bias-rows.ts';
import {
  biasedConv2d,
  CONDITION_OPTIONS,
  type ConditionBiases,
  type ConditionOptions,
  type ConditionParams,
  conditionBiases,
  initConditions,
  isConditional,
} from '../condition/condition.ts';
import { plainLayer } from '../plain-layer.ts';
import { addTo } from '../rows/row.ts';
import { convStream } from './conv-stream.ts';
import { type ConvParams, linearMap } from './linear-map.ts';
import { maskedConv2dOp } from './masked-conv2d-op.ts';

export type PixelCnnBlockOptions = ConditionOptions & {
  /** Channels of input and output: 2h. */
  readonly channels: number;
  /** Channels inside: h. */
  readonly hidden: number;
  readonly kernel?: readonly [number, number];
  readonly groups?: number;
};

export const PIXEL_CNN_BLOCK_DEFAULTS = { kernel: [3, 3], groups: 1 } as const;

/** Weights of conditions are [size of the condition, h]. */
export type PixelCnnBlockParams = {
  readonly reduce: ConvParams;
  readonly conv: ConvParams;
  readonly expand: ConvParams;
} & ConditionParams;

const STEPS = ['reduce', 'conv', 'expand'] as const;

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

const blockOp = fusedOp(FUSED_KERNELS.pixelCnnBlock, (inputs: BlockInputs, taps: BlockAttributes) =>
  blockSteps(inputs, taps, {}),
);

/** The same in the operations that it consists of, with biases of every image or pixel, which the kernel does not know. */
function blockSteps(
  { x, w1, b1, w2, b2, w3, b3 }: BlockInputs,
  taps: BlockAttributes,
  biases: ConditionBiases,
): tf.Tensor4D {
  const reduced = maskedConv2dOp({ x, w: w1, b: b1 }, { ...POINTWISE, relu: true });
  const mixed = biasedConv2d({ x: reduced, w: w2, b: b2 }, { ...taps, relu: true }, biases);
  return maskedConv2dOp({ x: mixed, w: w3, b: b3, residual: x }, { ...POINTWISE, relu: true });
}

/**
 * The residual block of PixelCNN (PixelRNN §3.3, Figure 5 left), all masks B:
 *
 *   x ─ ReLU ─ 1×1 (2h → h) ─ ReLU ─ 3×3 (h → h) ─ ReLU ─ 1×1 (h → 2h) ─ + ─ y
 *   └──────────────────────────────────────────────────────────────────────┘
 *
 * Conditions are added to what the 3×3 gives, before its ReLU: where the gates of the other layers have them, after the convolution that
 * looks around and before the non-linearity. A block without any is one fused kernel; one with conditions is three convolutions.
 */
export function pixelCnnBlock(options: PixelCnnBlockOptions): Layer<PixelCnnBlockParams> {
  const resolved = withDefaults('pixelCnnBlock', options, PIXEL_CNN_BLOCK_DEFAULTS, [
    'channels',
    'hidden',
    ...CONDITION_OPTIONS,
  ]);
  const { channels, hidden, kernel, groups, classes, vector, map } = resolved;
  const conditions = { classes, vector, map };
  const [outer, inner] = [contiguousGroups(channels, groups), contiguousGroups(hidden, groups)];
  const taps = causalTaps(kernel, 'B', groups);
  const maps = {
    reduce: linearMap({ taps: POINTWISE, mask: 'B', inputs: outer, outputs: inner }),
    conv: linearMap({ taps, mask: 'B', inputs: inner, outputs: inner }),
    expand: linearMap({ taps: POINTWISE, mask: 'B', inputs: inner, outputs: outer }),
  };

  return plainLayer<PixelCnnBlockParams>({
    name: 'pixelCnnBlock',
    config: { ...resolved },
    inputs: channels,
    outputs: channels,
    conditions,
    init: (rng) => ({
      reduce: maps.reduce.init(rng.fork('reduce')),
      conv: maps.conv.init(rng.fork('conv')),
      expand: maps.expand.init(rng.fork('expand')),
      ...initConditions(rng, conditions, (table, own) => table(own, hidden)),
    }),
    apply(params, x, context) {
      const [reduce, conv, expand] = STEPS.map((step) => maps[step].resolve(params[step]));
      const inputs = {
        x,
        w1: reduce.weights,
        b1: reduce.bias,
        w2: conv.weights,
        b2: conv.bias,
        w3: expand.weights,
        b3: expand.bias,
      };
      return isConditional(conditions)
        ? blockSteps(inputs, { ...taps }, conditionBiases(params, context))
        : blockOp(inputs, { ...taps });
    },
    prepareInKernels(params, packed) {
      const steps = STEPS.map((step) => {
        const { taps, inputs, outputs, resolveHost } = maps[step];
        const { weights, bias } = resolveHost(params[step]);
        const sizes = { inputs: inputs.length, outputs: outputs.length };
        const conditions = step === 'conv' ? params : {};
        return {
          open: convStream({ taps, ...sizes, weights, relu: true }, packed),
          openBias: biasRows(conditions, bias, packed),
        };
      });
      return (frame, context, memory) => {
        const streams = steps.map(({ open, openBias }) => open(frame, openBias(frame, context, memory), memory));
        const [reduce, conv, expand] = streams;
        return {
          beginRow(row) {
            for (const stream of streams) stream.beginRow(row);
          },
          at(column, here) {
            const output = expand.at(column, conv.at(column, reduce.at(column, here)));
            addTo(output, here);
            return output;
          },
          advance(column, here, isSeen) {
            if (!isSeen) conv.advance(column, reduce.at(column, here), false);
          },
        };
      };
    },
  });
}
