import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errorCode } from '@pixelrnn/files';
import { SPLITS, type Split } from '../../dataset/dataset.ts';
import { fileError } from '../../files/file-error.ts';
import type { DividedFiles } from './split-files.ts';

/** Classes that a file names, where folders do not. */
export interface Annotations {
  /** By path below the folder. */
  readonly classes: ReadonlyMap<string, string>;
  /** The splits, but for those whose images nobody names a class of. */
  readonly files: DividedFiles;
  readonly notes: readonly string[];
}

/** The folder that Tiny ImageNet has in the place of classes. */
const PLAIN = 'images/';

/**
 * Classes as Tiny ImageNet has them: training images lie in `train/<class>/images`, those of `val` in one folder, with their classes in
 * `val/val_annotations.txt`, and those of `test` have none.
 *
 * @throws DataError if such a file cannot be read
 */
export async function readAnnotations(folder: string, files: DividedFiles): Promise<Annotations> {
  const classes = new Map<string, string>();
  const unnamed: Split[] = [];
  for (const split of SPLITS) {
    const images = `${files.roots[split]}${PLAIN}`;
    if (files.by !== 'folders' || files[split].length === 0) continue;
    if (!files[split].every((path) => path.startsWith(images))) continue;
    const lines = await linesOf(join(folder, files.roots[split], `${basename(files.roots[split])}_annotations.txt`));
    if (!lines) unnamed.push(split);
    for (const [name, label] of lines ?? []) classes.set(`${images}${name}`, label);
  }
  if (classes.size === 0) return { classes, files, notes: [] };
  const notes = unnamed.map((split) => `${files[split].length} images to ${split} have no class and are left out`);
  return { classes, files: { ...files, ...Object.fromEntries(unnamed.map((split) => [split, []])) }, notes };
}

/** File and class of each line; undefined if there is no such file. */
async function linesOf(path: string): Promise<string[][] | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    return text.split(/\r?\n/).flatMap((line) => (line.trim() === '' ? [] : [line.split('\t').slice(0, 2)]));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileError('read', path, error);
  }
}
