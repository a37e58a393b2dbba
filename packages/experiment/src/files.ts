import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, type FileSystem, fileError, writeFileAtomic } from '@pixelrnn/data/node';
import { ExperimentError } from './experiment-error.ts';

/** Writes text or bytes whole or not at all. */
export async function writeWhole(path: string, content: string | Uint8Array, files: FileSystem): Promise<void> {
  await writing(path, () => writeFileAtomic(path, typeof content === 'string' ? Buffer.from(content) : content, files));
}

/** Adds text to the end of a file. A crash may leave a part of it there: readers must expect a cut last line. */
export async function append(path: string, text: string, files: FileSystem): Promise<void> {
  await writing(path, async () => {
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
  await writing(path, async () => {
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
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileFailure('read', path, error);
  }
}

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** A failed file operation in words, on one line. */
export function fileFailure(verb: 'read' | 'write', path: string, error: unknown): ExperimentError {
  if (error instanceof ExperimentError) return error;
  return new ExperimentError(fileError(verb, path, error).message, { cause: error });
}

async function writing(path: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    throw fileFailure('write', path, error);
  }
}
