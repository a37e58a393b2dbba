import { causalTaps, contiguousGroups, type Groups, type Layer, type MaskType, withDefaults } from '@pixelrnn/core';
import type * as tf from '@tensorflow/tfjs-core';
import { plainLayer } from '../plain-layer.ts';
import { addTo, biasOf } from '../rows/row.ts';
import { convStream } from './conv-stream.ts';
import { type ConvParams, linearMap } from './linear-map.ts';
import { maskedConv2dOp } from './masked-conv2d-op.ts';

export type MaskedConv2dOptions = {
  /** Kernel height and width, both odd. */
  readonly kernel: readonly [number, number];
  readonly inputs: number;
  readonly outputs: number;
  /** A hides a pixel's own group (first layer only), B shows it. */
  readonly mask: MaskType;
  /** Colour groups: 1 grey, 3 RGB. */
  readonly groups?: number;
  /** Group of every output channel, where it is not the contiguous split (a likelihood's parameters). */
  readonly outputGroups?: Groups;
  /** ReLU on the input. */
  readonly relu?: boolean;
  /** Add the input to the output (needs inputs = outputs; never with mask A, which would show the pixel to itself). */
  readonly residual?: boolean;
  /** Weight normalization, with data-dependent initialization by `calibrate` (Salimans & Kingma 2016). */
  readonly normalize?: boolean;
};

export const MASKED_CONV2D_DEFAULTS = { groups: 1, relu: false, residual: false, normalize: false };

/**
 * The masked convolution of PixelCNN and of every stem and head (PixelRNN §3.4): y = W·x + b over the visible taps,
 * [B, H, W, inputs] → [B, H, W, outputs], zero padding.
 *
 * The papers zero the masked weights after each update; here taps that are masked altogether are not stored, and the colour mask of
 * the pixel's own tap multiplies the weights in the forward pass: the same function, and masked weights get no gradient.
 */
export function maskedConv2d(options: MaskedConv2dOptions): Layer<ConvParams> {
  const others = ['kernel', 'inputs', 'outputs', 'mask', 'outputGroups'] as const;
  const resolved = withDefaults('maskedConv2d', options, MASKED_CONV2D_DEFAULTS, others);
  const { kernel, inputs, outputs, mask, groups, relu, residual, normalize } = resolved;
  if (residual && (mask === 'A' || inputs !== outputs))
    throw new Error(
      `maskedConv2d: wanted mask B and inputs = outputs for a residual, got mask ${mask}, ${inputs} → ${outputs}`,
    );
  const outputGroups = resolved.outputGroups ?? contiguousGroups(outputs, groups);
  if (outputGroups.length !== outputs)
    throw new Error(`maskedConv2d: wanted ${outputs} output groups, got ${outputGroups.length}`);
  const taps = causalTaps(kernel, mask, groups);
  const map = linearMap({ taps, mask, inputs: contiguousGroups(inputs, groups), outputs: outputGroups, normalize });
  const convolve = (params: ConvParams, x: tf.Tensor4D, isAdded: boolean) => {
    const { weights: w, bias: b } = map.resolve(params);
    return maskedConv2dOp({ x, w, b, residual: isAdded ? x : undefined }, { ...taps, relu });
  };

  return plainLayer<ConvParams>({
    name: 'maskedConv2d',
    config: { ...resolved },
    inputs,
    outputs,
    init: map.init,
    apply: (params, x) => convolve(params, x, residual),
    ...(normalize && {
      calibrate(start: ConvParams, x: tf.Tensor4D) {
        const params = map.calibrate(start, (neutral) => convolve(neutral, x, false));
        return { params, y: convolve(params, x, residual) };
      },
    }),
    prepareInKernels(params, packed) {
      const { weights, bias } = map.resolveHost(params);
      const open = convStream({ taps, inputs, outputs, weights, relu }, packed);
      const start = biasOf(packed.floatsOf(bias));
      return (frame, _, memory) => {
        const conv = open(frame, () => start, memory);
        return {
          beginRow: (row) => conv.beginRow(row),
          at(column, here) {
            const output = conv.at(column, here);
            if (residual) addTo(output, here);
            return output;
          },
          advance: (column, here, isSeen) => conv.advance(column, here, isSeen),
        };
      };
    },
  });
}
