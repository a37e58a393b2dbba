import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { DataError } from '../data-error.ts';
import { fileError } from '../files/file-error.ts';
import { openPack } from './open-pack.ts';
import { layoutOf, MAGIC, type PackIndex } from './pack-format.ts';

/**
 * Reads all of a pack, and compares its SHA-256.
 *
 * @throws DataError if it is damaged
 */
export async function verifyPack(
  path: string,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<PackIndex> {
  const { index } = await openPack(path);
  const end = layoutOf(index).index;
  const hash = createHash('sha256');
  let done = MAGIC.length;
  try {
    for await (const chunk of createReadStream(path, { start: MAGIC.length, end: end - 1, highWaterMark: 1 << 20 })) {
      signal?.throwIfAborted();
      hash.update(chunk as Buffer);
      done += (chunk as Buffer).length;
      onProgress?.(done, end);
    }
  } catch (error) {
    throw signal?.aborted ? error : fileError('read', path, error);
  }
  const found = hash.digest('hex');
  if (found !== index.sha256)
    throw new DataError(`${path}: wanted images with SHA-256 ${index.sha256}, found ${found}`);
  return index;
}
