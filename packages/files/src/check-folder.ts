import { readdir } from 'node:fs/promises';
import { errorCode, FileError, fileError } from './file-error.ts';

/** A kind of folder that a program fills. */
export interface FolderKind {
  /** What it is called, with its article: `a run`. */
  readonly kind: string;
  /** A file that every whole folder of this kind has. */
  readonly mark: string;
  /** Whether an interrupted process of ours may have left this name before there was the mark. */
  readonly isLeftover?: (name: string) => boolean;
}

/** How many names of somebody else's folder an error tells. */
const TOLD = 3;

/**
 * Refuses a folder that is somebody else's: neither empty nor of the kind that is to go there. Nothing in it would be safe. Names that begin
 * with a dot do not count.
 *
 * @param ours the kind that is to go there; without it the folder must be empty
 * @throws FileError naming some of what lies there, or saying why the folder cannot be read
 */
export async function checkFolder(path: string, ours?: FolderKind): Promise<void> {
  const names = await readdir(path).catch((error: unknown): string[] => {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileError('write', path, error);
  });
  if (ours && names.includes(ours.mark)) return;
  const strange = names.filter((name) => !/^\.|\.partial$/.test(name) && !ours?.isLeftover?.(name)).sort();
  if (strange.length === 0) return;
  const wanted = `an empty folder${ours ? ` or ${ours.kind}` : ''}`;
  const more = strange.length > TOLD ? `, … (${strange.length} in all)` : '';
  throw new FileError(`${path}: wanted ${wanted}, found ${strange.slice(0, TOLD).join(', ')}${more}`);
}
