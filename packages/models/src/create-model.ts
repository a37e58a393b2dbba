import { type GenerativeModel, type JsonObject, registry } from '@pixelrnn/core';
import { autoEncoderFrom } from './auto-encoder.ts';
import type { BuildModel } from './build-model.ts';
import { gatedPixelCnn } from './gated-pixel-cnn.ts';
import { imageModelFrom } from './image-model.ts';
import { multiScale } from './multi-scale/multi-scale.ts';
import { orderMixture } from './orders/order-mixture.ts';
import { pixelCnn } from './pixel-cnn.ts';
import { pixelCnnPp } from './pixel-cnn-pp.ts';
import { pixelRnn } from './pixel-rnn.ts';
import { pixelVaeFrom } from './pixel-vae.ts';

/** Builds a model from its config, but for `system`; one that holds others builds them with `build`. */
// biome-ignore lint/suspicious/noExplicitAny: each system checks its own options.
export type ModelFactory = (options: any, build: BuildModel) => GenerativeModel;

const SYSTEMS = registry<ModelFactory>('Model', {
  pixelCnn,
  pixelRnn,
  gatedPixelCnn,
  pixelCnnPp,
  imageModel: imageModelFrom,
  orderMixture,
  multiScale,
  pixelVae: pixelVaeFrom,
  autoEncoder: autoEncoderFrom,
});

/**
 * Makes a system of your own known by name, so that recipes and checkpoints can hold it as `system`. Its factory must build the same
 * model from `model.config`.
 */
export const registerModel = (name: string, factory: ModelFactory): void => SYSTEMS.register(name, factory);

/** Systems that had other names in configs of earlier versions. */
const RENAMED: Readonly<Record<string, JsonObject>> = {
  rowLstm: { system: 'pixelRnn', lstm: 'row' },
  diagonalBiLstm: { system: 'pixelRnn', lstm: 'diagonal' },
};

/** A stored config as it would be written today. */
export const currentConfig = (config: JsonObject): JsonObject => {
  const renamed = Object.hasOwn(RENAMED, String(config.system)) ? RENAMED[String(config.system)] : undefined;
  return { ...config, ...renamed };
};

/** Builds a model from its config: `createModel(model.config)` is the same model. */
export function createModel(config: JsonObject): GenerativeModel {
  const { system, ...options } = currentConfig(config);
  return SYSTEMS.get(system as string)(options, createModel);
}
