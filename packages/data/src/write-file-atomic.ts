import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from './file-error.ts';

/** What {@link writeFileAtomic} asks of the file system; tests hand in one that fails. */
export interface FileSystem {
  mkdir(path: string, options: { recursive: true }): Promise<unknown>;
  open(path: string, flags: string): Promise<WritableFile>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: true }): Promise<void>;
}

interface WritableFile {
  writeFile(content: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The file system of this machine. */
export const NODE_FILES: FileSystem = { mkdir, open, rename, rm };

/**
 * Writes a file so that `path` is at all times what it was before or the whole new content: aside under a name of its
 * own, to the disk, then renamed. Makes the folders above. All files that this package writes go through here.
 *
 * @throws DataError if it cannot; then nothing was overwritten and nothing is left aside.
 */
export async function writeFileAtomic(
  path: string,
  content: Uint8Array,
  files: FileSystem = NODE_FILES,
): Promise<void> {
  const aside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.partial`;
  try {
    await files.mkdir(dirname(path), { recursive: true });
    try {
      await writeSynced(aside, content, files);
      await files.rename(aside, path);
    } catch (error) {
      await files.rm(aside, { force: true }).catch(() => undefined); // the first error is the one to tell
      throw error;
    }
  } catch (error) {
    throw fileError('write', path, error);
  }
}

async function writeSynced(path: string, content: Uint8Array, files: FileSystem): Promise<void> {
  const file = await files.open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
