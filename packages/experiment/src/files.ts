import { dirname } from 'node:path';
import * as whole from '@pixelrnn/files';
import { FileError, type FileSystem, fileError } from '@pixelrnn/files';
import { ExperimentError } from './experiment-error.ts';

export { sha256, syncFolder } from '@pixelrnn/files';

/** Writes text or bytes whole or not at all. */
export const writeWhole = (path: string, content: string | Uint8Array, files: FileSystem): Promise<void> =>
  told(whole.writeFileAtomic(path, content, files));

/** Adds text to the end of a file. A crash may leave a part of it there: readers must expect a cut last line. */
export const append = (path: string, text: string, files: FileSystem): Promise<void> =>
  told(whole.appendText(path, text, files));

/** The text of a file, undefined if there is none. */
export const readText = (path: string): Promise<string | undefined> => told(whole.readText(path));

/** Writes a file that must not be there yet. */
export async function createNew(path: string, text: string, files: FileSystem): Promise<void> {
  try {
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
  } catch (error) {
    throw fileFailure('write', path, error);
  }
}

/** A failed file operation in words, on one line. */
export function fileFailure(verb: 'read' | 'write', path: string, error: unknown): ExperimentError {
  if (error instanceof ExperimentError) return error;
  return new ExperimentError(fileError(verb, path, error).message, { cause: error });
}

const told = <T>(result: Promise<T>): Promise<T> =>
  result.catch((error: unknown) => {
    throw error instanceof FileError ? new ExperimentError(error.message, { cause: error }) : error;
  });
