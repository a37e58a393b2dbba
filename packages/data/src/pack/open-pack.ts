import { close, fstat, open, read } from 'node:fs';
import { promisify } from 'node:util';
import { DataError } from '../data-error.ts';
import type { Split } from '../dataset/dataset.ts';
import { fileError } from '../files/file-error.ts';
import { decodeIndex, END_BYTES, indexLength, LABEL_BYTES, layoutOf, MAGIC, type PackIndex } from './pack-format.ts';

const files = { open: promisify(open), close: promisify(close), stat: promisify(fstat), read: promisify(read) };

/** A pack that is open. Its file is for as long as the process lasts: a data set has no end. */
export interface Pack {
  readonly index: PackIndex;
  /** Class of each image of a split, where there are classes. */
  labels(split: Split): Int32Array | undefined;
  /** Source levels of images of a split, in the order asked for: [n, H, W, C]. */
  read(split: Split, indices: ArrayLike<number>): Promise<Uint8Array | Uint16Array>;
}

/**
 * Opens a pack: reads its index and its labels, no image.
 *
 * @throws DataError if it is none, or is damaged as far as its ends tell
 */
export async function openPack(path: string): Promise<Pack> {
  const file = await files.open(path, 'r').catch((error: unknown) => {
    throw fileError('read', path, error);
  });
  try {
    const index = await readIndex(path, file);
    const layout = layoutOf(index);
    const labels = index.classes && labelsOf(await bytesAt(path, file, layout.labels, layout.index - layout.labels));
    const first = (split: Split) => layout.first[split];
    return {
      index,
      labels: (split) => labels?.subarray(first(split), first(split) + index.splits[split]),
      async read(split, indices) {
        const { imageBytes, bytesPerLevel } = layout;
        const bytes = Buffer.alloc(indices.length * imageBytes);
        const runs = consecutive(indices).map(({ start, length }) => {
          const target = bytes.subarray(start * imageBytes, (start + length) * imageBytes);
          return readInto(path, file, target, MAGIC.length + (first(split) + indices[start]) * imageBytes);
        });
        await Promise.all(runs);
        return bytesPerLevel === 1 ? bytes : wide(bytes);
      },
    };
  } catch (error) {
    await files.close(file);
    throw error;
  }
}

async function readIndex(path: string, file: number): Promise<PackIndex> {
  const { size } = await files.stat(file);
  const ending = Math.min(size, END_BYTES);
  const end = await bytesAt(path, file, size - ending, ending);
  const length = Math.min(indexLength(path, end), size - END_BYTES);
  return decodeIndex(path, await bytesAt(path, file, size - END_BYTES - length, length), end, size);
}

async function bytesAt(path: string, file: number, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await readInto(path, file, bytes, position);
  return bytes;
}

/** The most that one call reads is less than 2³¹ bytes. */
const CALL_BYTES = 2 ** 30;

async function readInto(path: string, file: number, target: Buffer, position: number): Promise<void> {
  for (let done = 0; done < target.length; ) {
    const length = Math.min(CALL_BYTES, target.length - done);
    const { bytesRead } = await files.read(file, target, done, length, position + done).catch((error: unknown) => {
      throw fileError('read', path, error);
    });
    done += bytesRead;
    if (bytesRead === 0) throw new DataError(`${path}: wanted ${target.length} bytes at ${position}, found ${done}`);
  }
}

/** Runs of indices that follow each other, by their places: one read each. */
function consecutive(indices: ArrayLike<number>): { start: number; length: number }[] {
  const runs: { start: number; length: number }[] = [];
  for (let i = 0; i < indices.length; i++) {
    const last = runs.at(-1);
    if (last && indices[i] === indices[i - 1] + 1) last.length++;
    else runs.push({ start: i, length: 1 });
  }
  return runs;
}

const wide = (bytes: Uint8Array): Uint16Array =>
  Uint16Array.from({ length: bytes.length / 2 }, (_, i) => bytes[2 * i] | (bytes[2 * i + 1] << 8));

const labelsOf = (bytes: Buffer): Int32Array =>
  Int32Array.from({ length: bytes.length / LABEL_BYTES }, (_, i) => bytes.readInt32LE(i * LABEL_BYTES));
