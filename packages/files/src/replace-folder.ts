import { lstat, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from './file-error.ts';
import { type FileSystem, NODE_FILES } from './file-system.ts';
import { syncFolder } from './sync-folder.ts';

const REPLACED = '.replaced';

/**
 * Puts the folder `aside` in the place of `folder`, whether or not there is one. No system call of Node exchanges two
 * folders, so the old one is renamed first and removed last: a crash at any moment leaves one of them whole, if only under
 * the name `<folder>.replaced`, which {@link restoreReplaced} undoes.
 */
export async function replaceFolder(aside: string, folder: string, files: FileSystem = NODE_FILES): Promise<void> {
  const old = `${folder}${REPLACED}`;
  const there = await exists(folder);
  if (there) {
    await remove(old);
    await files.rename(folder, old);
  }
  try {
    await files.rename(aside, folder);
  } catch (error) {
    if (there) await files.rename(old, folder);
    throw error;
  }
  await syncFolder(dirname(folder), files);
  if (there) await remove(old);
}

/** Ends what a crash has cut short: gives a folder its name again if nothing took its place, removes it otherwise. */
export async function restoreReplaced(parent: string, files: FileSystem = NODE_FILES): Promise<void> {
  const names = await readdir(parent).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  for (const name of names.filter((candidate) => candidate.endsWith(REPLACED))) {
    const old = join(parent, name);
    const folder = old.slice(0, -REPLACED.length);
    if (await exists(folder)) await remove(old);
    else await files.rename(old, folder);
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: unknown) => {
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    },
  );

const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
