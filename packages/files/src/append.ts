import { dirname } from 'node:path';
import { fileError } from './file-error.ts';
import { type FileSystem, NODE_FILES } from './file-system.ts';

/**
 * Adds text or bytes to the end of a file, which is made if it is not there. A crash may leave a part of it: readers must expect
 * a cut last line.
 *
 * @throws FileError if it cannot
 */
export async function append(
  path: string,
  content: string | Uint8Array,
  files: FileSystem = NODE_FILES,
): Promise<void> {
  try {
    await files.mkdir(dirname(path), { recursive: true });
    const file = await files.open(path, 'a');
    try {
      await file.writeFile(typeof content === 'string' ? Buffer.from(content) : content);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError('write', path, error);
  }
}
