import { homedir, platform } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { FileError } from './file-error.ts';

/** Environment variables, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** In the order in which they are asked. */
const VARIABLES = ['PIXELRNN_CACHE', 'XDG_CACHE_HOME'] as const;

/**
 * The folder of what can be had again, `pixelrnn` below `PIXELRNN_CACHE`, else `XDG_CACHE_HOME`, else where the system
 * keeps caches: `~/.cache`, on macOS `~/Library/Caches`, on Windows `%LOCALAPPDATA%`. An empty variable counts as none.
 *
 * @throws FileError if the variable holds no absolute path: the folder would be another one in every working folder
 */
export function cacheFolder(env: Environment = process.env, os: string = platform()): string {
  const variable = VARIABLES.find((name) => env[name]);
  const cache = variable ? env[variable]! : systemCache(env, os);
  if (!isAbsolute(cache)) throw new FileError(`${variable ?? 'HOME'}: wanted an absolute path, got "${cache}"`);
  return join(cache, 'pixelrnn');
}

function systemCache(env: Environment, os: string): string {
  if (os === 'win32') return env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local');
  if (os === 'darwin') return join(homedir(), 'Library', 'Caches');
  return join(homedir(), '.cache');
}
