import { readFile } from 'node:fs/promises';
import { errorCode, fileError } from './file-error.ts';

/**
 * The text of a file, undefined if there is none.
 *
 * @throws FileError if it is there and cannot be read
 */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileError('read', path, error);
  }
}
