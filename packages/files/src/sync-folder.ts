import { errorCode } from './file-error.ts';
import { type FileSystem, NODE_FILES } from './file-system.ts';

/** What file systems say that cannot: those of Windows, and some over a network. */
const CANNOT = new Set(['EINVAL', 'EISDIR', 'EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'EBADF']);

/** Makes a rename durable: until the folder itself is on the disk, a power cut may undo it. Does nothing where that cannot be. */
export async function syncFolder(path: string, files: FileSystem = NODE_FILES): Promise<void> {
  try {
    const folder = await files.open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!CANNOT.has(errorCode(error) ?? '')) throw error;
  }
}
