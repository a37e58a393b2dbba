import { readlink, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorCode } from './file-error.ts';

/** Where writing to a path leads. */
export interface Target {
  /** The path behind all links. */
  readonly path: string;
  /** Neither a file nor a folder: a pipe, a device, a socket. */
  readonly isStream: boolean;
  /** The mode of the file that is there. */
  readonly mode?: number;
}

/** Follows a path's links, also one to a file that is not there yet. */
export async function whatLiesAt(path: string): Promise<Target> {
  const found = await stat(path).catch(absent);
  if (!found) return { path: await endOfLinks(path), isStream: false };
  // Not resolved: the name behind `/dev/stdout` may be none that can be opened.
  if (!found.isFile() && !found.isDirectory()) return { path, isStream: true };
  return { path: await realpath(path), isStream: false, mode: found.mode & 0o7777 };
}

async function endOfLinks(path: string): Promise<string> {
  const next = await readlink(path).catch(() => undefined); // no link
  return next === undefined ? path : endOfLinks(resolve(dirname(path), next));
}

/** That a part of the path is a file is told by what makes the folders. */
function absent(error: unknown): undefined {
  if (!['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) throw error;
}
