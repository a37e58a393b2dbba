import {
  bernoulli,
  categorical,
  type GenerativeModel,
  groupCount,
  type ImageSpec,
  type JsonObject,
  type Layer,
  type Likelihood,
} from '@pixelrnn/core';
import { maskedConv2d, outputHead, sequential, skipSum } from '@pixelrnn/layers';
import { imageModel } from './image-model.ts';

/** Options that PixelCNN, Row LSTM and Diagonal BiLSTM share. */
export interface ResidualNetworkOptions {
  readonly image: ImageSpec;
  /** Number of residual blocks. */
  readonly layers: number;
  /** h: the blocks carry 2h channels and work on h. */
  readonly hidden: number;
  /** Width of the two hidden layers of the head. */
  readonly head: number;
  /** Learnable skip connections from every block to the head. */
  readonly skip: boolean;
}

/** Bernoulli for binary images of one channel, a softmax over the levels of each channel otherwise. */
export const likelihoodOf = ({ channels, levels }: ImageSpec): Likelihood =>
  channels === 1 && levels === 2 ? bernoulli() : categorical({ channels, levels });

/**
 * The frame of all networks of PixelRNN (Table 1):
 *
 *   image ── 7×7 mask A, 2h ── n blocks of 2h ── [ReLU – 1×1] × 2 ── ReLU – 1×1 ── parameters of the likelihood
 *                               └ (skip connections) ┘
 */
export function residualNetwork(
  options: ResidualNetworkOptions,
  config: JsonObject,
  block: (channels: number, groups: number) => Layer,
): GenerativeModel {
  const { image, layers, hidden, head, skip } = options;
  const likelihood = likelihoodOf(image);
  const groups = groupCount(likelihood.parameterGroups);
  const channels = 2 * hidden;
  const stem = maskedConv2d({ kernel: [7, 7], inputs: image.channels, outputs: channels, mask: 'A', groups });
  const blocks = Array.from({ length: layers }, () => block(channels, groups));
  const { parameterChannels: outputs, parameterGroups: outputGroups } = likelihood;
  const network = sequential([
    stem,
    ...(skip ? [skipSum(blocks, { outputs: channels, groups })] : blocks),
    outputHead({ inputs: channels, hidden: head, outputs, outputGroups, groups }),
  ]);
  return imageModel({ name: String(config.system), image, network, likelihood, config });
}
