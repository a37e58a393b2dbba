import { fileError as inWords } from '@pixelrnn/files';
import { DataError } from '../data-error.ts';

/** A failed file operation in words: `cannot write /data/x: no space left on the device`. */
export function fileError(verb: 'read' | 'write', path: string, error: unknown): DataError {
  return error instanceof DataError ? error : new DataError(inWords(verb, path, error).message, { cause: error });
}
