import type { Layer } from '@pixelrnn/core';
import { maskedConv2d } from '../convolution/masked-conv2d.ts';
import { pixelCnnBlock } from '../convolution/pixel-cnn-block.ts';
import { gatedConv2d } from '../gated/gated-conv2d.ts';
import { diagonalBiLstm } from '../lstm/diagonal-bilstm.ts';
import { rowLstm } from '../lstm/row-lstm.ts';
import type { BuildLayer, LayerConfig } from './layer-config.ts';
import { residualFrom } from './residual.ts';
import { sequentialFrom } from './sequential.ts';
import { skipSumFrom } from './skip-sum.ts';

/** Builds the layer whose `config` it is given; a layer that holds others builds them with `build`. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds factories of every options type; each checks its own.
export type LayerFactory = (config: any, build: BuildLayer) => Layer<any>;

const BUILT_IN: readonly [string, LayerFactory][] = Object.entries<LayerFactory>({
  maskedConv2d,
  pixelCnnBlock,
  rowLstm,
  diagonalBiLstm,
  gatedConv2d,
  sequential: sequentialFrom,
  residual: residualFrom,
  skipSum: skipSumFrom,
});

const factories = new Map<string, LayerFactory>(BUILT_IN);

/**
 * Makes a layer of your own known by name, so that configs and checkpoints can hold it: `registerLayer('myLayer', myLayer)`. Its
 * factory must build the same layer from `layer.config`.
 */
export function registerLayer(name: string, factory: LayerFactory): void {
  const known = factories.get(name);
  if (known && known !== factory) throw new Error(`registerLayer: "${name}" is taken by another factory`);
  factories.set(name, factory);
}

/** Builds a layer from its name and config. */
export function createLayer({ name, config }: LayerConfig): Layer {
  const factory = factories.get(name);
  if (!factory) {
    const names = [...factories.keys()].join(', ');
    throw new Error(`createLayer: wanted one of ${names}, got "${name}" (registerLayer adds to them)`);
  }
  return factory(config, createLayer);
}
