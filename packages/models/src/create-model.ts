import type { GenerativeModel, JsonObject } from '@pixelrnn/core';
import { gatedPixelCnn } from './gated-pixel-cnn.ts';
import { imageModelFrom } from './image-model.ts';
import { diagonalBiLstmModel, rowLstmModel } from './lstm-models.ts';
import { pixelCnn } from './pixel-cnn.ts';

// biome-ignore lint/suspicious/noExplicitAny: each system checks its own options.
const SYSTEMS: Readonly<Record<string, (options: any) => GenerativeModel>> = {
  pixelCnn,
  rowLstm: rowLstmModel,
  diagonalBiLstm: diagonalBiLstmModel,
  gatedPixelCnn,
  imageModel: imageModelFrom,
};

/** Names that a config's `system` may have. */
export const SYSTEM_NAMES: readonly string[] = Object.keys(SYSTEMS);

/** Builds a model from its config: `createModel(model.config)` is the same model. */
export function createModel({ system, ...options }: JsonObject): GenerativeModel {
  const factory = Object.hasOwn(SYSTEMS, String(system)) ? SYSTEMS[String(system)] : undefined;
  if (!factory)
    throw new Error(`createModel: wanted a system out of ${SYSTEM_NAMES.join(', ')}, got ${JSON.stringify(system)}`);
  return factory(options);
}
