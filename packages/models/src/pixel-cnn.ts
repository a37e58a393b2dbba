import type { GenerativeModel } from '@pixelrnn/core';
import { CONDITION_OPTIONS, pixelCnnBlock } from '@pixelrnn/layers';
import { resolveOptions, type SystemOptions } from './options.ts';
import { type ResidualNetworkOptions, residualNetwork } from './residual-network.ts';

export type PixelCnnOptions = SystemOptions & Partial<ResidualNetworkOptions>;

/** The paper's network for MNIST-sized images. */
export const PIXEL_CNN_DEFAULTS = { layers: 15, hidden: 16, head: 32, skip: false } as const;

/** PixelCNN (PixelRNN §3.5): residual blocks of 3×3 masked convolutions. It has a blind spot to the upper right. */
export function pixelCnn(options: PixelCnnOptions): GenerativeModel {
  const resolved = resolveOptions('pixelCnn', options, PIXEL_CNN_DEFAULTS, CONDITION_OPTIONS);
  return residualNetwork('pixelCnn', resolved, pixelCnnBlock);
}
