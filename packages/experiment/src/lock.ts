import { join } from 'node:path';
import { type FileSystem, holdLock, LockedError } from '@pixelrnn/files';
import { ExperimentError } from './experiment-error.ts';
import { fileFailure } from './files.ts';

const LOCK = 'train.lock';

export const lockPath = (run: string): string => join(run, LOCK);

/** Whether a file of a run's folder is its lock, or one of those that come and go while somebody takes it. */
export const isLock = (name: string): boolean => name === LOCK || name.startsWith(`${LOCK}.`);

/**
 * Keeps a second training out of a folder, of this process, another one, or another machine that shares the folder.
 * @returns what gives the folder back
 * @throws ExperimentError if it is being trained in
 */
export async function lockRun(run: string, files: FileSystem): Promise<() => Promise<void>> {
  const path = lockPath(run);
  try {
    return await holdLock(path, files);
  } catch (error) {
    if (!(error instanceof LockedError)) throw fileFailure('write', path, error);
    const message = `${run} is being trained by ${error.holder}; if that is something else, remove ${path}`;
    throw new ExperimentError(message, { cause: error });
  }
}
