import { createHash, type Hash } from 'node:crypto';
import { openSync, read as readAt } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeFileAtomic } from '@pixelrnn/files';
import { DataError, messageOf } from '../../data-error.ts';
import { fileError } from '../../files/file-error.ts';

/** The splits that have images of their own. */
export const STORED_SPLITS = ['train', 'valid'] as const;
/** One of {@link STORED_SPLITS}. */
export type StoredSplit = (typeof STORED_SPLITS)[number];

/** `images.json`: what the files beside it hold. */
export interface StoreIndex {
  readonly format: 1;
  readonly version: string;
  /** Height and width of the images, which are RGB bytes. */
  readonly size: number;
  readonly splits: Readonly<Record<StoredSplit, { readonly images: number; readonly sha256: string }>>;
}

/** Images one after the other, [n, size, size, 3]. */
export interface StoredImages {
  readonly split: StoredSplit;
  readonly pixels: Uint8Array;
}

/** Name of the index. It is written last, so that where it is everything is. */
export const STORE_INDEX = 'images.json';
export const indexPath = (folder: string): string => join(folder, STORE_INDEX);
const pixelsPath = (folder: string, split: StoredSplit) => join(folder, `${split}.bin`);
const bytesOf = (size: number) => size * size * 3;

/** Writes images of which there are too many for the memory: one file for each split, and last of all the index. */
export async function writeStore(
  folder: string,
  { size, version }: Pick<StoreIndex, 'size' | 'version'>,
  images: AsyncIterable<StoredImages>,
): Promise<StoreIndex> {
  await mkdir(folder, { recursive: true });
  const parts = { train: await openPart(folder, 'train'), valid: await openPart(folder, 'valid') };
  try {
    for await (const { split, pixels } of images) await parts[split].add(pixels);
    const splits = { train: await parts.train.finish(bytesOf(size)), valid: await parts.valid.finish(bytesOf(size)) };
    const index: StoreIndex = { format: 1, version, size, splits };
    await writeFileAtomic(indexPath(folder), `${JSON.stringify(index, null, 2)}\n`);
    return index;
  } catch (error) {
    for (const part of Object.values(parts)) await part.drop();
    throw error instanceof DataError ? error : fileError('write', folder, error);
  }
}

async function openPart(folder: string, split: StoredSplit) {
  const path = pixelsPath(folder, split);
  const partial = `${path}.partial`;
  const file: FileHandle = await open(partial, 'w').catch((error: unknown) => {
    throw fileError('write', partial, error);
  });
  const hash: Hash = createHash('sha256');
  let bytes = 0;
  return {
    async add(pixels: Uint8Array) {
      hash.update(pixels);
      bytes += pixels.length;
      await file.writeFile(pixels);
    },
    async finish(imageBytes: number) {
      await file.sync();
      await file.close();
      await rename(partial, path);
      return { images: bytes / imageBytes, sha256: hash.digest('hex') };
    },
    async drop() {
      await file.close().catch(() => {});
      await rm(partial, { force: true });
    },
  };
}

/** Reads images of a store by their indices. */
export interface ImageStore {
  readonly index: StoreIndex;
  /** Writes the bytes of an image to `target`. */
  read(split: StoredSplit, image: number, target: Uint8Array): Promise<void>;
}

/**
 * Opens a store, of which the lengths are compared with the index. Undefined if there is none.
 *
 * @throws DataError if it is damaged
 */
export async function openStore(folder: string): Promise<ImageStore | undefined> {
  const index = await readIndex(folder);
  if (!index) return undefined;
  /** Open for as long as the process lasts: a data set has no end. */
  const files = new Map<StoredSplit, number>();
  for (const split of STORED_SPLITS) {
    const path = pixelsPath(folder, split);
    const wanted = index.splits[split].images * bytesOf(index.size);
    const found = await stat(path).catch((error: unknown) => {
      throw fileError('read', path, error);
    });
    if (found.size !== wanted) throw new DataError(`${path}: wanted ${wanted} bytes, found ${found.size}`);
  }
  return {
    index,
    async read(split, image, target) {
      const path = pixelsPath(folder, split);
      const file = files.get(split) ?? openSync(path, 'r');
      files.set(split, file);
      const { bytesRead } = await bytesAt(file, target, 0, target.length, image * target.length).catch((error) => {
        throw fileError('read', path, error);
      });
      if (bytesRead < target.length) throw new DataError(`${path}: wanted image ${image}, found the end of the file`);
    },
  };
}

const bytesAt = promisify(readAt);

async function readIndex(folder: string): Promise<StoreIndex | undefined> {
  const path = indexPath(folder);
  try {
    const index = JSON.parse(await readFile(path, 'utf8')) as StoreIndex;
    if (index.format === 1) return index;
    throw new Error(`wanted format 1, found ${index.format}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new DataError(`${path}: ${messageOf(error)}`, { cause: error });
  }
}
