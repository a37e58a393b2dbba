import { homedir, platform } from 'node:os';
import { join, resolve } from 'node:path';

/** How to find the data folder. */
export interface DataFolderOptions {
  /**
   * Folder with one folder per data set; else that of the environment variable PIXELRNN_DATA, else the user's cache.
   */
  readonly dataDir?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the data sets lie: `dataDir`, else `$PIXELRNN_DATA`, else `pixelrnn` in the user's cache folder. */
export function dataFolder(
  { dataDir }: DataFolderOptions = {},
  env: Environment = process.env,
  os: string = platform(),
): string {
  return resolve(dataDir || env.PIXELRNN_DATA || join(cacheFolder(env, os), 'pixelrnn'));
}

function cacheFolder(env: Environment, os: string): string {
  if (os === 'win32') return env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local');
  if (os === 'darwin') return join(homedir(), 'Library', 'Caches');
  return env.XDG_CACHE_HOME || join(homedir(), '.cache');
}
