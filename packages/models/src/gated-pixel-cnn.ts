import type { GenerativeModel } from '@pixelrnn/core';
import {
  CONDITION_OPTIONS,
  type ConditionOptions,
  gatedConv2d,
  outputHead,
  sequential,
  skipSum,
} from '@pixelrnn/layers';
import { endsOf, resolveOptions, type SystemOptions } from './options.ts';
import { systemModel } from './system-model.ts';

export interface GatedPixelCnnOptions extends SystemOptions, ConditionOptions {
  /** Number of k×k layers after the first one, which is 7×7. */
  readonly layers?: number;
  /** Maps of each stack. */
  readonly channels?: number;
  /** Kernel size k, odd. */
  readonly size?: number;
  /** Width of the one hidden layer of the head. */
  readonly head?: number;
  /** Skip connections from `here` of every layer to the head (1×1, mask B, summed), which then does not see the last layer alone. */
  readonly skip?: boolean;
}

export const GATED_PIXEL_CNN_DEFAULTS = { layers: 10, channels: 64, size: 3, head: 32, skip: false } as const;

/**
 * Gated PixelCNN (van den Oord et al. 2016), without a blind spot:
 *
 *   image ── 7×7 mask A ── n two-stack layers ── here ── ReLU – 1×1 ── ReLU – 1×1 ── parameters of the likelihood
 *               └───── (skip connections) ──────┘
 *
 * Conditional on a class, a vector or a map where `classes`, `vector` or `map` says how many classes, numbers or channels there are: every
 * layer reads them (eq. 4).
 */
export function gatedPixelCnn(options: GatedPixelCnnOptions): GenerativeModel {
  const resolved = resolveOptions('gatedPixelCnn', options, GATED_PIXEL_CNN_DEFAULTS, CONDITION_OPTIONS);
  const { layers, channels, size, head, skip, classes, vector } = resolved;
  const ends = endsOf(resolved);
  const { encoding, groups, map } = ends;
  const { outputs, outputGroups } = ends.likelihood;
  const shared = { channels, groups, classes, vector, map };
  const stacks = [
    gatedConv2d({ ...shared, size: 7, first: { inputs: encoding.outputs } }),
    ...Array.from({ length: layers }, () => gatedConv2d({ ...shared, size })),
  ];
  const network = sequential([
    ...(skip ? [skipSum(stacks, { outputs: channels, groups })] : stacks),
    outputHead({ inputs: channels, hidden: head, layers: 1, outputs, outputGroups, groups }),
  ]);
  return systemModel('gatedPixelCnn', resolved, ends, network);
}
