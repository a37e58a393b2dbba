import * as whole from '@pixelrnn/files';
import { FileError, type FileSystem, fileError } from '@pixelrnn/files';
import { ExperimentError } from './experiment-error.ts';

export { sha256, syncFolder } from '@pixelrnn/files';

/** Writes text or bytes whole or not at all. */
export const writeWhole = (path: string, content: string | Uint8Array, files: FileSystem): Promise<void> =>
  told(whole.writeFileAtomic(path, content, files));

/** Adds text or bytes to the end of a file. A crash may leave a part of it there: readers must expect a cut last line. */
export const append = (path: string, content: string | Uint8Array, files: FileSystem): Promise<void> =>
  told(whole.append(path, content, files));

/** The text of a file, undefined if there is none. */
export const readText = (path: string): Promise<string | undefined> => told(whole.readText(path));

/** A failed file operation in words, on one line. */
export function fileFailure(verb: 'read' | 'write', path: string, error: unknown): ExperimentError {
  if (error instanceof ExperimentError) return error;
  return new ExperimentError(fileError(verb, path, error).message, { cause: error });
}

const told = <T>(result: Promise<T>): Promise<T> =>
  result.catch((error: unknown) => {
    throw error instanceof FileError ? new ExperimentError(error.message, { cause: error }) : error;
  });
