import { DataError } from '../../data-error.ts';
import { kindOf } from '../../options.ts';
import type { DividedFiles } from './split-files.ts';

/** Images, some of which are not to be read. */
export interface LeftOut {
  /** All, those that are not to be read among them: sorted by their characters. */
  readonly files: readonly string[];
  /** How many are not to be read. */
  readonly count: number;
  /** What somebody who trains should know of them. */
  readonly notes: readonly string[];
  /** The splits without them. */
  from(files: DividedFiles): DividedFiles;
}

/** @throws DataError unless it is a list of paths */
export function checkPaths(paths: unknown): void {
  const isList = Array.isArray(paths) && paths.every((path) => typeof path === 'string' && path !== '');
  if (!isList) throw new DataError(`image-folder: leaveOut must be a list of paths, got ${kindOf(paths)}`);
}

/** Takes images out that are not to be read, whether they are there or not: what is listed is what was there once. */
export function leaveOut(found: readonly string[], unwanted: readonly string[]): LeftOut {
  if (unwanted.length === 0) return { files: found, count: 0, notes: [], from: (files) => files };
  const out = new Set(unwanted);
  const gone = new Set(unwanted);
  for (const path of found) gone.delete(path);
  const kept = (paths: readonly string[]) => paths.filter((path) => !out.has(path));
  return {
    files: [...found, ...gone].sort(),
    count: out.size,
    notes: [`${out.size} images are left out as told${gone.size > 0 ? `, of which ${gone.size} are not there` : ''}`],
    from: (files) => ({ ...files, train: kept(files.train), valid: kept(files.valid), test: kept(files.test) }),
  };
}
