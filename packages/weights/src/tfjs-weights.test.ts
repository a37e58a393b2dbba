import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { decodeTfjs, encodeTfjs } from './tfjs-weights.ts';

const config = { system: 'pixelCnn' };
const tensors = new Map([
  ['stem/weights', { shape: [2, 2], values: new Float32Array([1, -2, 0.5, 1e-30]) }],
  ['bias', { shape: [], values: new Float32Array([3]) }],
]);
const weight = (name: string, shape: number[], rest: object = {}) => ({ name, shape, dtype: 'float32', ...rest });
const manifestOf = (weights: object[]) => ({ config, weightsManifest: [{ paths: ['a', 'b'], weights }] });
const bytes = (...values: number[]) => new Uint8Array(new Float32Array(values).buffer);

describe('TensorFlow.js weights', () => {
  it('are read as they were written', async () => {
    const { manifest, shard } = encodeTfjs({ tensors, config });
    expect(await decodeTfjs(JSON.parse(JSON.stringify(manifest)), async () => shard)).toEqual({ tensors, config });
  });

  it('are those of TensorFlow.js', () => {
    const { manifest, shard } = encodeTfjs({ tensors, config });
    const [{ paths, weights }] = (manifest as { weightsManifest: tf.io.WeightsManifestConfig }).weightsManifest;
    expect(paths).toEqual(['weights.bin']);
    const decoded = tf.io.decodeWeights(Uint8Array.from(shard).buffer, weights);
    expect(Object.keys(decoded)).toEqual([...tensors.keys()]);
    for (const [name, { shape, values }] of tensors) {
      expect(decoded[name].shape).toEqual(shape);
      expect(decoded[name].dataSync()).toEqual(values);
    }
    tf.dispose(decoded);
  });

  it('may be cut anywhere', async () => {
    const { shard } = encodeTfjs({ tensors, config });
    const shards: Record<string, Uint8Array> = { a: shard.subarray(0, 7), b: shard.subarray(7) };
    const manifest = manifestOf([weight('stem/weights', [2, 2]), weight('bias', [])]);
    expect((await decodeTfjs(manifest, async (path) => shards[path])).tensors).toEqual(tensors);
  });

  it.each<[string, unknown, string]>([
    ['another kind of file', { modelTopology: {} }, 'x: wanted weightsManifest and the config of a model'],
    ['a manifest without a config', { weightsManifest: [] }, 'x: wanted weightsManifest and the config of a model'],
    ['null', null, 'x: wanted weightsManifest and the config of a model'],
    ['another dtype', manifestOf([weight('w', [2], { dtype: 'int32' })]), 'x: w: wanted float32, found int32'],
    [
      'quantized weights',
      manifestOf([weight('w', [2], { quantization: { dtype: 'uint8' } })]),
      'x: w: wanted float32, found quantized float32',
    ],
    ['shards that are too short', manifestOf([weight('w', [5])]), 'x: wanted 20 bytes in a and b, found 16'],
    ['shards that are too long', manifestOf([weight('w', [3])]), 'x: wanted 12 bytes in a and b, found 16'],
  ])('are not %s', async (_, manifest, message) => {
    await expect(decodeTfjs(manifest, async () => bytes(1, 2), 'x')).rejects.toThrow(message);
  });
});
