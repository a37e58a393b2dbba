import { readFile, rm, stat } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { errorCode, type FileSystem, isRunning } from '@pixelrnn/files';
import { ExperimentError } from './experiment-error.ts';
import { createNew } from './files.ts';

export const lockPath = (run: string): string => join(run, 'train.lock');

/**
 * Keeps a second process from training in a folder. The lock of a process that is gone, or older than the machine is up, is taken
 * over; processes of other machines are not seen.
 * @returns what gives the folder back
 * @throws ExperimentError if another process trains there
 */
export async function lockRun(run: string, files: FileSystem): Promise<() => Promise<void>> {
  const path = lockPath(run);
  const holder = await holderOf(path);
  if (holder !== undefined)
    throw new ExperimentError(
      `${run} is being trained by process ${holder}; if that is something else, remove ${path}`,
    );
  await rm(path, { force: true });
  await createNew(path, `${process.pid}\n`, files).catch((error: ExperimentError) => {
    if (errorCode(error.cause) !== 'EEXIST') throw error;
    throw new ExperimentError(`${run} has this moment been taken by another process`);
  });
  return () => rm(path, { force: true }).catch(() => {});
}

/** The process that holds a lock, undefined if nobody does. */
async function holderOf(path: string): Promise<number | undefined> {
  try {
    const pid = Number(await readFile(path, 'utf8'));
    const isOld = Date.now() - (await stat(path)).mtimeMs > uptime() * 1000;
    // A container gives the same number to the next process.
    return pid > 0 && pid !== process.pid && !isOld && isRunning(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}
