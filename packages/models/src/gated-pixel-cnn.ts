import type { GenerativeModel } from '@pixelrnn/core';
import { gatedConv2d, outputHead, sequential } from '@pixelrnn/layers';
import { imageModel } from './image-model.ts';
import { endsOf, resolveOptions, type SystemOptions, systemConfig } from './options.ts';

export interface GatedPixelCnnOptions extends SystemOptions {
  /** Number of k×k layers after the first one, which is 7×7. */
  readonly layers?: number;
  /** Maps of each stack. */
  readonly channels?: number;
  /** Kernel size k, odd. */
  readonly size?: number;
  /** Width of the one hidden layer of the head. */
  readonly head?: number;
  /** Number of classes to condition on, in every layer. */
  readonly classes?: number;
}

export const GATED_PIXEL_CNN_DEFAULTS = { layers: 10, channels: 64, size: 3, head: 32 } as const;

/**
 * Gated PixelCNN (van den Oord et al. 2016), without a blind spot, conditional on a class where `classes` is given:
 *
 *   image ── 7×7 mask A ── n two-stack layers ── here ── ReLU – 1×1 ── ReLU – 1×1 ── parameters of the likelihood
 */
export function gatedPixelCnn(options: GatedPixelCnnOptions): GenerativeModel {
  const resolved = resolveOptions('gatedPixelCnn', options, GATED_PIXEL_CNN_DEFAULTS, ['classes']);
  const { image, layers, channels, size, head, classes } = resolved;
  const { encoding, likelihood, groups } = endsOf(resolved);
  const shared = { channels, groups, classes };
  const { outputs, outputGroups } = likelihood;
  const network = sequential([
    gatedConv2d({ ...shared, size: 7, first: { inputs: encoding.outputs } }),
    ...Array.from({ length: layers }, () => gatedConv2d({ ...shared, size })),
    outputHead({ inputs: channels, hidden: head, layers: 1, outputs, outputGroups, groups }),
  ]);
  const config = systemConfig('gatedPixelCnn', resolved);
  return imageModel({ name: 'gatedPixelCnn', image, encoding, network, likelihood, config });
}
