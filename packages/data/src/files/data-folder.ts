import { platform } from 'node:os';
import { resolve } from 'node:path';
import { cacheFolder, type Environment } from '@pixelrnn/files';

/** How to find the data folder. */
export interface DataFolderOptions {
  /**
   * Folder with one folder per data set; else that of the environment variable PIXELRNN_DATA, else the user's cache.
   */
  readonly dataDir?: string;
}

/** Where the data sets lie: `dataDir`, else `$PIXELRNN_DATA`, else the user's cache folder (see `@pixelrnn/files`). */
export function dataFolder(
  { dataDir }: DataFolderOptions = {},
  env: Environment = process.env,
  os: string = platform(),
): string {
  return resolve(dataDir || env.PIXELRNN_DATA || cacheFolder(env, os));
}
