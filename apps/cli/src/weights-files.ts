import { encodeSafetensors, type NamedArrays } from '@pixelrnn/experiment';

/** Files of an export by name. */
export type WeightsFiles = Readonly<Record<string, Uint8Array>>;

/** What is exported: parameters under the names of their tree (`2-rowLstm/state`), and what is needed to build the model again. */
export interface ExportedModel {
  readonly tensors: NamedArrays;
  /** Config of `createModel`. */
  readonly config: object;
}

/** The formats of `pixelrnn export`. */
export const WEIGHTS_FORMATS = {
  /** One file in the safetensors format; the model's config is in its metadata. */
  safetensors: ({ tensors, config }: ExportedModel): WeightsFiles => ({
    'model.safetensors': encodeSafetensors(tensors, { format: 'pt', config: JSON.stringify(config) }),
  }),

  /** TensorFlow.js weights: `tf.io.loadWeights(manifest.weightsManifest, folder)` reads them in a browser. */
  tfjs: ({ tensors, config }: ExportedModel): WeightsFiles => {
    const weights = [...tensors].map(([name, { shape }]) => ({ name, shape, dtype: 'float32' }));
    const manifest = { format: 'pixelrnn', config, weightsManifest: [{ paths: ['weights.bin'], weights }] };
    return { 'model.json': Buffer.from(JSON.stringify(manifest, null, 2)), 'weights.bin': bytesOf(tensors) };
  },
} as const;

/** One of {@link WEIGHTS_FORMATS}. */
export type WeightsFormat = keyof typeof WEIGHTS_FORMATS;

/** All values one after the other, as little-endian float32. */
function bytesOf(tensors: NamedArrays): Uint8Array {
  const arrays = [...tensors.values()].map(({ values }) => values);
  const view = new DataView(new ArrayBuffer(arrays.reduce((total, { byteLength }) => total + byteLength, 0)));
  let offset = 0;
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++, offset += 4) view.setFloat32(offset, values[i], true);
  }
  return new Uint8Array(view.buffer);
}
