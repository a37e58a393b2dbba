import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImageSpec } from '@pixelrnn/core';
import { aside, errorCode, syncFolder } from '@pixelrnn/files';
import { DataError } from '../data-error.ts';
import type { Split } from '../dataset/dataset.ts';
import { checkLabels } from '../dataset/labels.ts';
import { fileError } from '../files/file-error.ts';
import {
  encodeEnd,
  imageCount,
  LABEL_BYTES,
  MAGIC,
  type PackHead,
  type PackIndex,
  splitNumber,
} from './pack-format.ts';

/** Images of a split, one after the other. */
export interface PackPart {
  readonly split: Split;
  /** Levels [n, H, W, C]. */
  readonly images: ArrayLike<number>;
  /** Class of each, where the data set has classes. */
  readonly labels?: Int32Array;
}

/**
 * Writes a pack of images as they come, so that there may be more of them than fit into memory: aside, to the disk, then renamed.
 *
 * @param parts all of train, then of valid, then of test
 * @throws DataError if they are not as `head` says, or cannot be written; then nothing is left
 */
export async function writePack(path: string, head: PackHead, parts: AsyncIterable<PackPart>): Promise<PackIndex> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await aside(path, async (folder) => {
      const whole = join(folder, 'pack');
      const file = await open(whole, 'w');
      const index = await writeParts(file, path, head, parts).finally(() => file.close());
      await rename(whole, path);
      await syncFolder(dirname(path));
      return index;
    });
  } catch (error) {
    throw errorCode(error) === undefined ? error : fileError('write', path, error); // what has no code is of the parts
  }
}

async function writeParts(
  file: FileHandle,
  path: string,
  head: PackHead,
  parts: AsyncIterable<PackPart>,
): Promise<PackIndex> {
  const hash = createHash('sha256');
  const write = async (bytes: Uint8Array) => {
    hash.update(bytes);
    await file.writeFile(bytes);
  };
  const splits = { train: 0, valid: 0, test: 0 };
  const labels: Uint8Array[] = [];
  let last = 0;
  await file.writeFile(MAGIC);
  for await (const part of parts) {
    if (splitNumber(part.split) < last)
      throw new DataError(`${path}: wanted all images of train, then of valid, then of test, got ${part.split} late`);
    last = splitNumber(part.split);
    const count = imageCount(path, head.image, part.images.length);
    await write(levelBytes(path, head.image, part.images));
    if (head.classes) labels.push(labelBytes(path, head.classes.length, count, part.labels));
    splits[part.split] += count;
  }
  for (const bytes of labels) await write(bytes);
  const index: PackIndex = { ...head, splits, sha256: hash.digest('hex') };
  await file.writeFile(encodeEnd(index));
  await file.sync();
  return index;
}

function levelBytes(path: string, { levels }: ImageSpec, images: ArrayLike<number>): Uint8Array {
  if (images instanceof Uint8Array && levels === 256) return images; // no byte is out of range
  const isWide = levels > 256;
  const bytes = new Uint8Array(images.length * (isWide ? 2 : 1));
  for (let i = 0; i < images.length; i++) {
    const level = images[i];
    if (!(Number.isInteger(level) && level >= 0 && level < levels))
      throw new DataError(`${path}: wanted levels 0 to ${levels - 1}, got ${level}`);
    bytes[isWide ? 2 * i : i] = level; // the low byte
    if (isWide) bytes[2 * i + 1] = level >> 8;
  }
  return bytes;
}

function labelBytes(path: string, classes: number, count: number, labels: Int32Array | undefined): Uint8Array {
  checkLabels(labels!, classes, path);
  if (labels!.length !== count) throw new DataError(`${path}: ${count} images but ${labels!.length} labels`);
  const bytes = Buffer.alloc(count * LABEL_BYTES);
  for (const [i, label] of labels!.entries()) bytes.writeInt32LE(label, i * LABEL_BYTES);
  return bytes;
}
