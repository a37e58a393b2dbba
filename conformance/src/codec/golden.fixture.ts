// Archives that were written once and must be read for ever, on every machine: what reads them here runs in Node, in browsers and under qemu.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { decompress, type Trained } from '@pixelrnn/codec';
import type { JsonObject } from '@pixelrnn/core';
import { sample } from '@pixelrnn/generate';
import { createModel } from '@pixelrnn/models';
import { decodeSafetensors, weightsTree } from '@pixelrnn/weights';

/** Reads a file of a golden archive by its name. */
export type Read = (name: string) => Promise<Uint8Array>;

/** A golden archive: the files `<name>.pxr`, `<name>.json` with the model, `<name>.safetensors`, and what its images are. */
export interface Golden {
  readonly name: string;
  /** SHA-256 of the levels of all images, one after the other. */
  readonly sha256: string;
  /** The same of two images that its model draws, with seed 7. */
  readonly drawn: string;
}

/** The first four binarized digits of the test split, in one block and in two. */
const DIGITS = '79ca36313d85e8a62a6a0767a74f8ab53801864d0ab41c82269dc8c7a157e0a9';

export const GOLDEN: readonly Golden[] = [
  {
    name: 'digits-diagonal',
    sha256: DIGITS,
    drawn: '5dab60ec43f74d1b50d4bd17fbdc79afa13d6aec45c6789595d5c1d497a1cf03',
  },
  {
    name: 'mnist-pixel-cnn',
    sha256: DIGITS,
    drawn: '64710fb3baa33a08f06192618f75d47c98ca3d2c0e734361eecb6609495eadba',
  },
  // Three images of two sizes, one of them in strips, under a mixture of logistics with classes and random weights.
  {
    name: 'colours',
    sha256: '9be0b771502516a1d9ee7dd1bad4f7df2b93d61dcbc2600a396476f1243e9f54',
    drawn: '52353208261588ff2d199a3c7933eb18faceba2c0c371de32102e855852a78a4',
  },
  // Three images that networks of other arithmetic have drawn: PixelCNN++ at two resolutions, Row LSTM, and a small image before the large one.
  {
    name: 'two-streams',
    sha256: '474d4173da51c39b55976b663a3c44ef64e291f264c90a657c19685a2601b4a3',
    drawn: '182d527abebecdcb5e51ea0f83a895ef6fb419a0f3a65fea605acc9065605fd7',
  },
  {
    name: 'row-lstm',
    sha256: '2ce3d4dfad939843e257fdf06eff3c3f6228d7bf68ab33cc70f994c66e7f84b8',
    drawn: '90786f3397ac6e538ae8e6d2ef3e57a84cf40e7be31213401be78bde714875e9',
  },
  {
    name: 'two-scales',
    sha256: 'a67e281d1f2eb7a2a4dedbe10366614fa2c25eba613fbdd40de77cbf26f9c74c',
    drawn: 'c019cf5b2a3d54d8cac6e40cb0ddf3c5a72b4cfba66a839ee26961723502858d',
  },
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

/** SHA-256 of the levels of images, one after the other. */
export const digest = (images: readonly { readonly levels: ArrayLike<number> }[]): string =>
  bytesToHex(sha256(Uint8Array.from(images.flatMap(({ levels }) => Array.from(levels)))));

/** What is found where a golden archive is read. */
export type Found = Omit<Golden, 'name'>;

/** Decodes all golden archives, and draws from their models. */
export async function decodeGolden(read: Read): Promise<Found[]> {
  const found: Found[] = [];
  for (const { name } of GOLDEN) {
    const trained = await trainedOf(name, read);
    const { model, weights } = trained;
    const images = await decompress(await read(`${name}.pxr`), () => trained);
    const labels = model.conditions.classes === undefined ? undefined : Int32Array.of(0, 1);
    const { images: levels } = await sample(model, weights, { count: 2, seed: 7, context: { labels } });
    found.push({ sha256: digest(images), drawn: digest([{ levels }]) });
  }
  return found;
}
