import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, fileError } from './file-error.ts';
import { whatLiesAt } from './what-lies-at.ts';

/**
 * Sees that a file can be written to a path, before there is one, as far as that shows: no folder lies there, and the first folder above that
 * there is takes new files. Makes nothing.
 *
 * @throws FileError as `writeFileAtomic` would
 */
export async function checkTarget(path: string): Promise<void> {
  try {
    const { path: target, isStream, mode } = await whatLiesAt(path);
    if (isStream) return;
    if (mode !== undefined && (await stat(target)).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    await checkFolderAbove(target);
  } catch (error) {
    throw fileError('write', path, error);
  }
}

async function checkFolderAbove(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await access(`${folder}/.`, constants.W_OK); // of a file there is no such thing
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || folder === path) throw error;
    await checkFolderAbove(folder);
  }
}
