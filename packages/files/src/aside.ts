import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from './file-error.ts';
import { isRunning } from './is-running.ts';
import { processIdentity } from './process-identity.ts';
import { sha256 } from './sha256.ts';

/** Nothing is worked on for so long without a new name in its folder, in milliseconds. */
const DAY = 86_400_000;

/**
 * Hands `build` an empty folder beside `target` to work in, and removes it afterwards. What an interrupted process has
 * left behind in this way is removed by the next one: of a process that can be seen to be gone at once, of another machine
 * or container that shares the folder when nothing has happened there for a day.
 */
export async function aside<T>(target: string, build: (folder: string) => Promise<T>): Promise<T> {
  await removeLeftovers(dirname(target));
  const folder = partialFolder(target);
  await mkdir(folder, { recursive: true });
  try {
    return await build(folder);
  } finally {
    await remove(folder);
  }
}

/** The name says who works there: a number of a process means nothing on another machine. */
export const partialFolder = (target: string, pid: number = process.pid): string =>
  `${target}.partial-${machineMark()}-${pid}-${randomBytes(4).toString('hex')}`;

/** Of this start of this machine, and of the container that counts the processes. */
function machineMark(): string {
  const { host, boot, namespace } = processIdentity();
  return sha256(JSON.stringify([host, boot, namespace])).slice(0, 8);
}

/** Former versions named the process alone. */
const PARTIAL = /\.partial-(?:([\da-f]{8})-)?(\d+)(?:-[\da-f]{8})?$/;

async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await namesIn(parent)) {
    const [, mark, pid] = PARTIAL.exec(name) ?? [];
    if (pid === undefined) continue;
    const isGone = mark === machineMark() && !isRunning(Number(pid));
    if (isGone || (await isOld(join(parent, name)))) await remove(join(parent, name));
  }
}

const isOld = (folder: string): Promise<boolean> =>
  stat(folder).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > DAY,
    () => false, // its owner has removed it
  );

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });

const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
