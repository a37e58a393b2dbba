import { causalTaps, contiguousGroups, type Groups, perGate, type Taps } from '@pixelrnn/core';
import type * as tf from '@tensorflow/tfjs-core';
import { type ConvParams, linearMap, POINTWISE } from '../convolution/linear-map.ts';

export type GatedParams = {
  /** k×k over rows above: [tapsV, Pin, 2P], [2P]. */
  readonly vertical: ConvParams;
  /** 1×1 from the vertical map, before its gate, to the horizontal one: [2P, 2P]. */
  readonly link: tf.Tensor2D;
  /** 1×k along the row: [tapsH, Pin, 2P], [2P]. */
  readonly horizontal: ConvParams;
  /** 1×1 after the horizontal gate: [1, P, P], [P]. */
  readonly output: ConvParams;
  /** One row of biases for each class: [classes, 2P]. */
  readonly classes?: { readonly vertical: tf.Tensor2D; readonly horizontal: tf.Tensor2D };
};

export type GatedMaps = ReturnType<typeof gatedMaps>;

/** The linear maps of the layer, with their taps and colour masks. */
export function gatedMaps({
  channels,
  inputs,
  size,
  groups,
  isFirst,
}: {
  channels: number;
  inputs: number;
  size: number;
  groups: number;
  isFirst: boolean;
}) {
  const half = (size - 1) / 2;
  const [outer, inner] = [contiguousGroups(inputs, groups), contiguousGroups(channels, groups)];
  const gates = perGate(inner, 2);
  const unmasked = (count: number): Groups => new Array(count).fill(0);
  const vertical: Taps = { rows: half + 1, width: size, last: isFirst ? 0 : size };
  const horizontal = causalTaps([1, size], isFirst ? 'A' : 'B', groups);
  return {
    vertical: linearMap(vertical, 'B', unmasked(inputs), unmasked(2 * channels)),
    horizontal: linearMap(horizontal, isFirst ? 'A' : 'B', outer, gates),
    output: linearMap(POINTWISE, 'B', inner, inner),
  };
}
