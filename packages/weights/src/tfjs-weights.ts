import { type JsonObject, sizeOf } from '@pixelrnn/core';
import { getFloats, putFloats, viewOf } from './float-bytes.ts';
import type { ExportedModel, NamedArray, NamedArrays } from './named-arrays.ts';
import { WeightsError } from './weights-error.ts';

/** `model.json` of TensorFlow.js, as far as it is about weights. */
interface WeightsManifest {
  readonly config: JsonObject;
  readonly weightsManifest: readonly WeightsGroup[];
}

/** Weights that lie end to end in a file that may be cut into shards. */
interface WeightsGroup {
  readonly paths: readonly string[];
  readonly weights: readonly Weight[];
}

interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: unknown;
}

/** The weights manifest of TensorFlow.js with one shard, and the model's config: `tf.io.loadWeights(manifest.weightsManifest, folder)` reads it. */
export function encodeTfjs({ tensors, config }: ExportedModel): { manifest: object; shard: Uint8Array } {
  const weights = [...tensors].map(([name, { shape }]) => ({ name, shape, dtype: 'float32' }));
  return {
    manifest: { format: 'pixelrnn', config, weightsManifest: [{ paths: ['weights.bin'], weights }] },
    shard: endToEnd([...tensors.values()]),
  };
}

function endToEnd(arrays: readonly NamedArray[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(arrays.reduce((total, { values }) => total + values.byteLength, 0)));
  let offset = 0;
  for (const { values } of arrays) offset = putFloats(view, offset, values);
  return new Uint8Array(view.buffer);
}

/**
 * Reads what {@link encodeTfjs} writes, cut into however many shards.
 * @param read gives the bytes of a path of the manifest
 * @param file its name, for errors
 * @throws WeightsError if it is no such manifest, a dtype is not float32, or a shard is too short or too long
 */
export async function decodeTfjs(
  manifest: unknown,
  read: (path: string) => Promise<Uint8Array>,
  file = 'model.json',
): Promise<{ tensors: NamedArrays; config: JsonObject }> {
  if (!isManifest(manifest)) throw new WeightsError(`${file}: wanted weightsManifest and the config of a model`);
  const tensors = new Map<string, NamedArray>();
  for (const { paths, weights } of manifest.weightsManifest) {
    const view = viewOf(joined(await Promise.all(paths.map(read))));
    let offset = 0;
    for (const { name, shape, dtype, quantization } of weights) {
      if (dtype !== 'float32' || quantization !== undefined)
        throw new WeightsError(`${file}: ${name}: wanted float32, found ${quantization ? 'quantized ' : ''}${dtype}`);
      const size = sizeOf(shape);
      if (offset + 4 * size <= view.byteLength) tensors.set(name, { shape, values: getFloats(view, offset, size) });
      offset += 4 * size;
    }
    if (offset !== view.byteLength)
      throw new WeightsError(`${file}: wanted ${offset} bytes in ${paths.join(' and ')}, found ${view.byteLength}`);
  }
  return { tensors, config: manifest.config };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isManifest = (value: unknown): value is WeightsManifest =>
  isObject(value) &&
  isObject(value.config) &&
  Array.isArray(value.weightsManifest) &&
  value.weightsManifest.every(
    (group) =>
      isObject(group) &&
      Array.isArray(group.paths) &&
      Array.isArray(group.weights) &&
      group.weights.every((weight) => isObject(weight) && Array.isArray(weight.shape)),
  );

function joined(shards: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(shards.reduce((total, { length }) => total + length, 0));
  let offset = 0;
  for (const shard of shards) {
    bytes.set(shard, offset);
    offset += shard.length;
  }
  return bytes;
}
