import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from './file-error.ts';
import { isRunning } from './is-running.ts';

/**
 * Hands `build` an empty folder beside `target` to work in, and removes it afterwards. What an interrupted process has
 * left behind in this way is removed by the next one.
 */
export async function aside<T>(target: string, build: (folder: string) => Promise<T>): Promise<T> {
  await removeLeftovers(dirname(target));
  const folder = `${target}.partial-${process.pid}`;
  await remove(folder);
  await mkdir(folder, { recursive: true });
  try {
    return await build(folder);
  } finally {
    await remove(folder);
  }
}

async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await namesIn(parent)) {
    const [, pid] = /\.partial-(\d+)$/.exec(name) ?? [];
    if (pid && !isRunning(Number(pid))) await remove(join(parent, name));
  }
}

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });

const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
