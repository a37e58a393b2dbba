import { randomBytes } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from './file-error.ts';
import { type FileSystem, NODE_FILES } from './file-system.ts';
import { syncFolder } from './sync-folder.ts';
import { whatLiesAt } from './what-lies-at.ts';

/**
 * Writes a file so that `path` is at all times what it was before or the whole new content: aside under a name of its
 * own, to the disk, then renamed, and the folder to the disk. Makes the folders above. Every file that must survive a crash is written by this.
 *
 * A link is followed, and a file keeps its mode. What is no file (a pipe, a device) is written into, not replaced.
 *
 * @throws FileError if it cannot; then nothing was overwritten and nothing is left aside.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  files: FileSystem = NODE_FILES,
): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  try {
    const { path: target, isStream, mode } = await whatLiesAt(path);
    if (isStream) await writeInto(target, bytes, files);
    else await replace(target, bytes, mode, files);
  } catch (error) {
    throw fileError('write', path, error);
  }
}

async function replace(path: string, content: Uint8Array, mode: number | undefined, files: FileSystem): Promise<void> {
  const aside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.partial`;
  await files.mkdir(dirname(path), { recursive: true });
  try {
    await writeSynced(aside, content, mode, files);
    await files.rename(aside, path);
  } catch (error) {
    await files.rm(aside, { force: true }).catch(() => undefined); // the first error is the one to tell
    throw error;
  }
  await syncFolder(dirname(path), files);
}

async function writeSynced(
  path: string,
  content: Uint8Array,
  mode: number | undefined,
  files: FileSystem,
): Promise<void> {
  const file = await files.open(path, 'wx', mode); // nobody reads meanwhile who might not read before
  try {
    await file.writeFile(content);
    if (mode !== undefined) await chmod(path, mode); // `open` gives no more than the process's mask allows
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A pipe cannot be forced to a disk. */
async function writeInto(path: string, content: Uint8Array, files: FileSystem): Promise<void> {
  const stream = await files.open(path, 'w');
  try {
    await stream.writeFile(content);
  } finally {
    await stream.close();
  }
}
