import { platform } from 'node:os';
import { resolve } from 'node:path';
import { cacheFolder, type Environment } from '@pixelrnn/files';
import { DataError } from '../data-error.ts';

/** How to find the data folder. */
export interface DataFolderOptions {
  /**
   * Folder with one folder per data set; else that of the environment variable PIXELRNN_DATA, else the user's cache.
   */
  readonly dataDir?: string;
}

/**
 * Where the data sets lie: `dataDir`, else `$PIXELRNN_DATA`, else the user's cache folder (see `@pixelrnn/files`).
 *
 * @throws DataError if the variable begins with `~`, which only a shell expands
 */
export function dataFolder(
  { dataDir }: DataFolderOptions = {},
  env: Environment = process.env,
  os: string = platform(),
): string {
  const variable = env.PIXELRNN_DATA;
  if (!dataDir && variable?.startsWith('~'))
    throw new DataError(`PIXELRNN_DATA: the shell did not expand "${variable}": wanted $HOME${variable.slice(1)}`);
  return resolve(dataDir || variable || cacheFolder(env, os));
}
