import { type Groups, type Layer, withDefaults } from '@pixelrnn/core';
import { maskedConv2d } from '../convolution/masked-conv2d.ts';
import { sequential } from './sequential.ts';

export type OutputHeadOptions = {
  readonly inputs: number;
  /** Width of the hidden layers: 32 for MNIST, 1024 for CIFAR-10 and ImageNet in the paper. */
  readonly hidden: number;
  /** Number of hidden layers: 2 in PixelRNN. */
  readonly layers?: number;
  /** The likelihood's parameters per pixel and their colour groups. */
  readonly outputs: number;
  readonly outputGroups?: Groups;
  readonly groups?: number;
};

export const OUTPUT_HEAD_DEFAULTS = { layers: 2, groups: 1 } as const;

/**
 * The head of every network of the paper: `layers` × [ReLU – 1×1], then ReLU – 1×1 to the likelihood's parameters, all mask B
 * (PixelRNN Table 1). Whether the paper's "2 layers" count the last one is not said; like the reference implementation of the
 * Diagonal BiLSTM, we take two hidden layers and a third to the logits.
 */
export function outputHead(options: OutputHeadOptions): Layer {
  const others = ['inputs', 'hidden', 'outputs', 'outputGroups'] as const;
  const resolved = withDefaults('outputHead', options, OUTPUT_HEAD_DEFAULTS, others);
  const { inputs, hidden, layers, outputs, outputGroups, groups } = resolved;
  const one = { kernel: [1, 1], mask: 'B', relu: true, groups } as const;
  const hiddenLayers = Array.from({ length: layers }, (_, i) =>
    maskedConv2d({ ...one, inputs: i === 0 ? inputs : hidden, outputs: hidden }),
  );
  const last = maskedConv2d({ ...one, inputs: hidden, outputs, outputGroups });
  return sequential([...hiddenLayers, last]);
}
