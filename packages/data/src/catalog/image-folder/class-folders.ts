import { DataError } from '../../data-error.ts';
import { SPLITS, type Split } from '../../dataset/dataset.ts';
import type { DividedFiles } from './split-files.ts';

/** The class of each image, where folders are classes. */
export interface ClassFolders {
  /** Names of the folders, sorted by their characters. */
  readonly classes: readonly string[];
  readonly labels: Readonly<Record<Split, Int32Array>>;
}

/**
 * The folder below its split that an image lies in is its class, unless `annotated` names another.
 *
 * @throws DataError naming an image that lies in none
 */
export function classFolders(files: DividedFiles, annotated: ReadonlyMap<string, string> = new Map()): ClassFolders {
  const classOf = (split: Split) => (path: string) => {
    const known = annotated.get(path);
    if (known !== undefined) return known;
    const [name, ...rest] = path.slice(files.roots[split].length).split('/');
    if (rest.length > 0) return name;
    throw new DataError(`image-folder: labels 'folders' wants each image in the folder of its class, found ${path}`);
  };
  const names = { train: [] as string[], valid: [] as string[], test: [] as string[] };
  for (const split of SPLITS) names[split] = files[split].map(classOf(split));
  const classes = [...new Set([...names.train, ...names.valid, ...names.test])].sort();
  const index = new Map(classes.map((name, i) => [name, i]));
  const labelsOf = (split: Split) => Int32Array.from(names[split], (name) => index.get(name)!);
  return { classes, labels: { train: labelsOf('train'), valid: labelsOf('valid'), test: labelsOf('test') } };
}
