import { platform } from 'node:os';
import { dirname, resolve } from 'node:path';
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

/**
 * The command that puts a data set into its folder: with `--data-dir`, where it would put it into another without.
 * @param folder of the data set
 */
export function fetchCommand(
  dataset: string,
  folder: string,
  flags: readonly string[] = [],
  env: Environment = process.env,
): string {
  const place = dirname(resolve(folder));
  const isUsual = !env.PIXELRNN_DATA?.startsWith('~') && place === dataFolder({}, env);
  const shown = /\s/.test(place) ? JSON.stringify(place) : place;
  return ['pixelrnn fetch', dataset, ...flags, ...(isUsual ? [] : ['--data-dir', shown])].join(' ');
}
