import { randomBytes, randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { uptime } from 'node:os';
import { dirname } from 'node:path';
import { errorCode, FileError, fileError } from './file-error.ts';
import { type FileSystem, NODE_FILES } from './file-system.ts';
import { startHeartbeat } from './heartbeat.ts';
import { type ProcessIdentity, processIdentity, stateOf } from './process-identity.ts';
import { readText } from './read-text.ts';

/** The lock is somebody else's. */
export class LockedError extends FileError {
  /** @param holder as in `process 12 on gpu-3` */
  constructor(
    path: string,
    readonly holder: string,
  ) {
    super(`${path} is held by ${holder}`);
  }
}

/** How often a holder says that it is still there, and after how long a silence nobody believes it, in milliseconds. */
const BEAT = 10_000;
const PATIENCE = 60_000;
/** A lock may go while it is looked at; one that does so this often is too busy to wait for. */
const ATTEMPTS = 5;

/**
 * Takes the lock that is the file `path`: of all processes that ask, on all machines that share the folder, one gets it.
 *
 * The file names its holder (host, start of the machine, process and when it was started) and holds a random token. It
 * is written aside and linked into place, which only one can, so that it is whole when it appears; and it is read again
 * afterwards, since on network file systems what `link` says is not always what it did. A process that can be seen from
 * here holds its lock as long as it runs; another one, as long as it writes to it every ten seconds, for which a thread
 * of its own sees, since a step of training may hold the main one for longer.
 *
 * @returns what gives the lock back
 * @throws LockedError if somebody has it, another part of this process included
 */
export async function holdLock(path: string, files: FileSystem = NODE_FILES): Promise<() => Promise<void>> {
  const own = `${JSON.stringify({ ...processIdentity(), token: randomUUID() })}\n`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { placed, now } = await place(path, own, files);
    if (placed || (now !== undefined && (await replaceLeft(path, own, now, files)))) return hold(path, own, files);
  }
  throw new LockedError(path, 'one process after the other');
}

function hold(path: string, own: string, files: FileSystem): () => Promise<void> {
  const stop = startHeartbeat(path, own, BEAT);
  return async () => {
    await stop();
    if ((await readText(path).catch(() => undefined)) === own) await files.rm(path, { force: true }).catch(() => {});
  };
}

/** Puts a lock into place unless one is there. Tells the time by the clock that all locks here are dated with. */
async function place(path: string, content: string, files: FileSystem): Promise<{ placed: boolean; now?: number }> {
  const aside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.partial`;
  try {
    await files.mkdir(dirname(path), { recursive: true });
    await writeNew(aside, content, files);
    const now = await dateOf(aside);
    if (now === undefined) return { placed: false }; // whoever holds the folder has tidied it
    await link(aside, path, content, files);
    return { placed: (await readText(path)) === content, now };
  } catch (error) {
    throw fileError('write', path, error);
  } finally {
    await files.rm(aside, { force: true }).catch(() => {});
  }
}

async function link(aside: string, path: string, content: string, files: FileSystem): Promise<void> {
  try {
    await files.link(aside, path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return;
    // Some file systems have no links; there the file appears empty, and is written in the next moment.
    await writeNew(path, content, files).catch((cause: unknown) => {
      if (errorCode(cause) !== 'EEXIST') throw cause;
    });
  }
}

async function writeNew(path: string, content: string, files: FileSystem): Promise<void> {
  const file = await files.open(path, 'wx');
  try {
    await file.writeFile(Buffer.from(content));
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Puts a lock in the place of one whose holder is gone; false if the one that was there has been given back meanwhile.
 * Only who holds `<path>.takeover` removes a lock, and only the one that was judged: otherwise the second of two who
 * find the same dead holder would remove the lock of the first.
 *
 * @throws LockedError if it is held, or others are about to take it
 */
async function replaceLeft(path: string, own: string, now: number, files: FileSystem): Promise<boolean> {
  const left = await readLock(path);
  if (!left) return false;
  const holder = holderOf(left, now);
  if (holder) throw new LockedError(path, holder);
  const takeover = `${path}.takeover`;
  if (!(await place(takeover, own, files)).placed) {
    const other = await readLock(takeover);
    // Left by somebody who was killed in these few milliseconds; the next attempt finds it gone.
    if (other && !holderOf(other, now)) await files.rm(takeover, { force: true });
    else if (other) throw new LockedError(path, 'a process that has this moment taken it over');
    return false;
  }
  try {
    if ((await readText(path)) === left.text) await files.rm(path, { force: true });
    return (await place(path, own, files)).placed;
  } finally {
    await files.rm(takeover, { force: true });
  }
}

interface LockFile {
  readonly text: string;
  /** When its holder last wrote to it. */
  readonly beat: number;
}

async function readLock(path: string): Promise<LockFile | undefined> {
  const beat = await dateOf(path);
  const text = await readText(path);
  return text === undefined || beat === undefined ? undefined : { text, beat };
}

const dateOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );

/** Who holds a lock, in words; undefined if whoever did is gone. */
function holderOf({ text, beat }: LockFile, now: number): string | undefined {
  const silent = now - beat > PATIENCE;
  const holder = parse(text);
  if (!holder) return silent ? undefined : 'a process that does not say which';
  const words = `process ${holder.pid}${holder.host === processIdentity().host ? '' : ` on ${holder.host}`}`;
  const state = stateOf(holder);
  if (state === 'unknown') return silent ? undefined : words;
  // Not every system names its starts, but the file is dated.
  const restarted = beat < Date.now() - uptime() * 1000;
  return state === 'running' && !restarted ? words : undefined;
}

function parse(text: string): ProcessIdentity | undefined {
  try {
    const holder: unknown = JSON.parse(text);
    if (typeof holder === 'number') return formerHolder(holder);
    if (typeof holder === 'object' && holder !== null && 'pid' in holder) return holder as ProcessIdentity;
  } catch {}
  return undefined;
}

/** A lock used to be a number alone. This process writes none, so that its own is that of another one in a container. */
const formerHolder = (pid: number): ProcessIdentity => ({
  ...processIdentity(pid),
  ...(pid === process.pid && { started: '' }),
});
