import { messageOf } from './message.ts';

/** A file operation that failed for a reason outside the program. The message is one line that names the path. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of this path is a file, not a folder',
  EEXIST: 'a part of this path is a file, not a folder',
  EISDIR: 'this is a folder, not a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'too many open files',
  ELOOP: 'its links lead in a circle',
};

/** The system's error code, as ENOENT. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A failed file operation in words: `cannot write /data/x: no space left on the device`. One in words already stays as it is. */
export function fileError(verb: 'read' | 'write', path: string, error: unknown): FileError {
  if (error instanceof FileError) return error;
  return new FileError(`cannot ${verb} ${path}: ${REASONS[errorCode(error) ?? ''] ?? messageOf(error)}`, {
    cause: error,
  });
}
