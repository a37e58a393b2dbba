import type { ExportedModel } from './named-arrays.ts';
import { encodeSafetensors } from './safetensors.ts';
import { encodeTfjs } from './tfjs-weights.ts';

/** Files by name. */
type Files = Readonly<Record<string, Uint8Array>>;

/** The files of a model in each format that `loadPretrained` reads; both carry what `createModel` builds the model from. */
export const WEIGHTS_FORMATS = {
  /** One file; the config is in its metadata. */
  safetensors: ({ tensors, config, dtype }: ExportedModel): Files => ({
    'model.safetensors': encodeSafetensors(tensors, { format: 'pt', config: JSON.stringify(config) }, dtype),
  }),

  /** `tf.io.loadWeights(manifest.weightsManifest, folder)` reads them, too; in 32 bits. */
  tfjs: (model: ExportedModel): Files => {
    const { manifest, shard } = encodeTfjs(model);
    return { 'model.json': new TextEncoder().encode(JSON.stringify(manifest, null, 2)), 'weights.bin': shard };
  },
} as const;

/** One of {@link WEIGHTS_FORMATS}. */
export type WeightsFormat = keyof typeof WEIGHTS_FORMATS;
