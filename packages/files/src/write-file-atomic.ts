import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { fileError } from './file-error.ts';
import { type FileSystem, NODE_FILES } from './file-system.ts';

/**
 * Writes a file so that `path` is at all times what it was before or the whole new content: aside under a name of its
 * own, to the disk, then renamed. Makes the folders above. Every file that must survive a crash is written by this.
 *
 * @throws FileError if it cannot; then nothing was overwritten and nothing is left aside.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  files: FileSystem = NODE_FILES,
): Promise<void> {
  const aside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.partial`;
  try {
    await files.mkdir(dirname(path), { recursive: true });
    try {
      await writeSynced(aside, bytesOf(content), files);
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

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content) : content;
