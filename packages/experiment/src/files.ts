import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type FileSystem, writeFileAtomic } from '@pixelrnn/data/node';
import { ExperimentError } from './experiment-error.ts';

/** The file system of Node; tests hand in one that fails. */
export const NODE_FILES: FileSystem = { mkdir, open, rename, rm };

/** Writes text or bytes whole or not at all. */
export async function writeWhole(path: string, content: string | Uint8Array, files: FileSystem): Promise<void> {
  await inWords(`write ${path}`, () =>
    writeFileAtomic(path, typeof content === 'string' ? Buffer.from(content) : content, files),
  );
}

/** Adds text to the end of a file. A crash may leave a part of it there: readers must expect a cut last line. */
export async function append(path: string, text: string, files: FileSystem): Promise<void> {
  await inWords(`write ${path}`, async () => {
    await files.mkdir(dirname(path), { recursive: true });
    const file = await files.open(path, 'a');
    try {
      await file.writeFile(Buffer.from(text));
    } finally {
      await file.close();
    }
  });
}

/** Writes a file that must not be there yet. */
export async function createNew(path: string, text: string, files: FileSystem): Promise<void> {
  await inWords(`write ${path}`, async () => {
    await files.mkdir(dirname(path), { recursive: true });
    const file = await files.open(path, 'wx');
    try {
      await file.writeFile(Buffer.from(text));
    } catch (error) {
      await files.rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  });
}

/** Makes a rename durable: until the folder itself is on the disk, a power cut may undo it. Not every system can. */
export async function syncFolder(path: string, files: FileSystem): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await files.open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The text of a file, undefined if there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new ExperimentError(`cannot read ${path}: ${reason(error)}`, { cause: error });
  }
}

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** What went wrong with a file, on one line. */
export const reason = (error: unknown): string => {
  if (hasCode(error, 'ENOSPC')) return 'no space left on the device';
  if (hasCode(error, 'ENOTDIR')) return 'a part of this path is a file, not a folder';
  if (hasCode(error, 'EISDIR')) return 'this is a folder, not a file';
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ');
};

/** An error of the file system becomes one line that names the path; our own errors are such lines already. */
async function inWords(what: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    const message = error instanceof Error && 'code' in error ? `cannot ${what}: ${reason(error)}` : reason(error);
    throw new ExperimentError(message, { cause: error });
  }
}
