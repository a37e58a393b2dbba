import { type Layer, registry } from '@pixelrnn/core';
import { maskedConv2d } from '../convolution/masked-conv2d.ts';
import { pixelCnnBlock } from '../convolution/pixel-cnn-block.ts';
import { gatedConv2d } from '../gated/gated-conv2d.ts';
import { diagonalBiLstm } from '../lstm/diagonal-bilstm.ts';
import { rowLstm } from '../lstm/row-lstm.ts';
import { twoStream } from '../two-stream/two-stream.ts';
import { encodedMapFrom } from './encoded-map.ts';
import type { BuildLayer, LayerConfig } from './layer-config.ts';
import { residualFrom } from './residual.ts';
import { sequentialFrom } from './sequential.ts';
import { skipSumFrom } from './skip-sum.ts';

/** Builds the layer whose `config` it is given; a layer that holds others builds them with `build`. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds factories of every options type; each checks its own.
export type LayerFactory = (config: any, build: BuildLayer) => Layer<any>;

const LAYERS = registry<LayerFactory>('Layer', {
  maskedConv2d,
  pixelCnnBlock,
  rowLstm,
  diagonalBiLstm,
  gatedConv2d,
  twoStream,
  sequential: sequentialFrom,
  residual: residualFrom,
  skipSum: skipSumFrom,
  encodedMap: encodedMapFrom,
});

/**
 * Makes a layer of your own known by name, so that configs and checkpoints can hold it: `registerLayer('myLayer', myLayer)`. Its
 * factory must build the same layer from `layer.config`.
 */
export const registerLayer = (name: string, factory: LayerFactory): void => LAYERS.register(name, factory);

/** Builds a layer from its name and config. */
export const createLayer = ({ name, config }: LayerConfig): Layer => LAYERS.get(name)(config, createLayer);
