import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson, type GenerativeModel, type Host, leaves, type Params } from '@pixelrnn/core';

/** A model with its weights: what compresses images, and what reads them again. */
export interface Trained {
  readonly model: GenerativeModel;
  /** Parameters as typed arrays (`toHost`, `loadPretrained`). */
  readonly weights: Host<Params>;
}

/** By what an archive knows the model that it was written with: two SHA-256, in hexadecimal. */
export interface Fingerprint {
  /** Of the model's config, the keys in order. */
  readonly model: string;
  /** Of every array of the weights: path, length, and values as little-endian float32; the paths in order. */
  readonly weights: string;
}

/** The fingerprint of a model and its weights; the same in whatever file they were stored. */
export function fingerprint({ model, weights }: Trained): Fingerprint {
  const hash = sha256.create();
  const arrays = leaves<Float32Array>(weights).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, { length, buffer, byteOffset, byteLength }] of arrays) {
    hash.update(utf8ToBytes(`${path}:${length}\n`));
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return { model: modelFingerprint(model), weights: bytesToHex(hash.digest()) };
}

/** The part of it that needs no weights: whether they are worth loading. */
export const modelFingerprint = ({ config }: Pick<GenerativeModel, 'config'>): string =>
  bytesToHex(sha256(utf8ToBytes(canonicalJson(config))));
