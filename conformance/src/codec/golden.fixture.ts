// Archives that were written once and must be read for ever, on every machine: what reads them here runs in Node, in browsers and under qemu.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { decompress, type LevelImage, type Trained } from '@pixelrnn/codec';
import type { JsonObject } from '@pixelrnn/core';
import { createModel } from '@pixelrnn/models';
import { decodeSafetensors, weightsTree } from '@pixelrnn/weights';

/** Reads a file of a golden archive by its name. */
export type Read = (name: string) => Promise<Uint8Array>;

/** A golden archive: the files `<name>.pxr`, `<name>.json` with the model, `<name>.safetensors`, and what its images are. */
export interface Golden {
  readonly name: string;
  /** SHA-256 of the levels of all images, one after the other. */
  readonly sha256: string;
}

/** The first four binarized digits of the test split, in one block and in two. */
const DIGITS = '79ca36313d85e8a62a6a0767a74f8ab53801864d0ab41c82269dc8c7a157e0a9';

export const GOLDEN: readonly Golden[] = [
  { name: 'mnist-diagonal-bilstm', sha256: DIGITS },
  { name: 'mnist-pixel-cnn', sha256: DIGITS },
  // Three images of two sizes, one of them in strips, under a mixture of logistics with classes and random weights.
  { name: 'colours', sha256: '9be0b771502516a1d9ee7dd1bad4f7df2b93d61dcbc2600a396476f1243e9f54' },
];

/** The files of an archive by their names. */
export const filesOf = (name: string): string[] => [`${name}.pxr`, `${name}.json`, `${name}.safetensors`];

export async function trainedOf(name: string, read: Read): Promise<Trained> {
  const config = JSON.parse(new TextDecoder().decode(await read(`${name}.json`))) as JsonObject & {
    recipe?: { model: JsonObject };
  };
  const { tensors } = decodeSafetensors(await read(`${name}.safetensors`), name);
  return { model: createModel(config.recipe?.model ?? config), weights: weightsTree(tensors) };
}

export const digest = (images: readonly Pick<LevelImage, 'levels'>[]): string =>
  bytesToHex(sha256(Uint8Array.from(images.flatMap(({ levels }) => Array.from(levels)))));

/** Decodes all golden archives; the SHA-256 of the images of each. */
export async function decodeGolden(read: Read): Promise<string[]> {
  const found: string[] = [];
  for (const { name } of GOLDEN) {
    const trained = await trainedOf(name, read);
    found.push(digest(await decompress(await read(`${name}.pxr`), () => trained)));
  }
  return found;
}
