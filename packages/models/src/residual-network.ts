import type { GenerativeModel, Layer } from '@pixelrnn/core';
import { type ConditionOptions, maskedConv2d, outputHead, sequential, skipSum } from '@pixelrnn/layers';
import { endsOf, type SystemOptions } from './options.ts';
import { systemModel } from './system-model.ts';

/** Options that PixelCNN and PixelRNN share; every block reads the conditions. */
export interface ResidualNetworkOptions extends SystemOptions, ConditionOptions {
  /** Number of residual blocks. */
  readonly layers: number;
  /** h: the blocks carry 2h channels and work on h. */
  readonly hidden: number;
  /** Width of the two hidden layers of the head. */
  readonly head: number;
  /** Learnable skip connections from every block to the head. */
  readonly skip: boolean;
}

/** What the blocks of all of them are told. */
interface BlockOptions extends ConditionOptions {
  readonly channels: number;
  readonly hidden: number;
  readonly groups: number;
}

/**
 * The frame of all networks of PixelRNN (Table 1):
 *
 *   image ── 7×7 mask A, 2h ── n blocks of 2h ── [ReLU – 1×1] × 2 ── ReLU – 1×1 ── parameters of the likelihood
 *                               └ (skip connections) ┘
 */
export function residualNetwork(
  system: string,
  options: ResidualNetworkOptions,
  block: (shared: BlockOptions) => Layer,
): GenerativeModel {
  const { layers, hidden, head, skip, classes, vector } = options;
  const ends = endsOf(options);
  const { encoding, groups, map } = ends;
  const { outputs, outputGroups } = ends.likelihood;
  const channels = 2 * hidden;
  const stem = maskedConv2d({ kernel: [7, 7], inputs: encoding.outputs, outputs: channels, mask: 'A', groups });
  const blocks = Array.from({ length: layers }, () => block({ channels, hidden, groups, classes, vector, map }));
  const network = sequential([
    stem,
    ...(skip ? [skipSum(blocks, { outputs: channels, groups })] : blocks),
    outputHead({ inputs: channels, hidden: head, outputs, outputGroups, groups }),
  ]);
  return systemModel(system, options, ends, network);
}
