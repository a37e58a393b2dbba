import { rng } from '@pixelrnn/core';
import { DataError } from '../../data-error.ts';
import { SPLITS, type Split } from '../../dataset/dataset.ts';

/**
 * Where the splits of {@link splitFiles} come from. `folders`: folders named as splits. `hash`: a hash of each path.
 * Undefined: folders if there are such, else the hash.
 */
export const DIVISIONS = ['folders', 'hash'] as const;
/** One of {@link DIVISIONS}. */
export type Division = (typeof DIVISIONS)[number];

/** Paths by split. */
export type SplitPaths = Readonly<Record<Split, readonly string[]>>;

/** Paths by split, and where these begin. */
export interface DividedFiles extends SplitPaths {
  readonly by: Division;
  /** Folders above the classes of an image: of each split, ending in a slash, or empty. */
  readonly roots: Readonly<Record<Split, string>>;
  /** Images that belong to no split, by folder: how many. */
  readonly leftOut: ReadonlyMap<string, number>;
}

const VALID_SHARE = 0.1;
const TEST_SHARE = 0.1;

/** Words that name a split, as a part of a folder's name: `train_32x32`, `val2017`, `Test Images`. */
const WORDS: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  trainset: 'train',
  valid: 'valid',
  val: 'valid',
  validation: 'valid',
  validset: 'valid',
  valset: 'valid',
  dev: 'valid',
  test: 'test',
  testing: 'test',
  testset: 'test',
};

/**
 * Which split each image belongs to. Folders named as splits say so, alone or below folders that hold all images.
 * Where no folder has such a name, 80 % / 10 % / 10 % by a hash of each path, so that an image stays in its split
 * whatever else is added. What is neither is not guessed: to train on images that somebody has put aside for testing
 * is the one mistake that no number shows.
 *
 * @throws DataError listing the folders, where some are named as splits and it is not clear which is which
 */
export function splitFiles(paths: readonly string[], division?: Division): DividedFiles {
  const base = wrapping(paths);
  const folders = countBy(paths, (path) => folderBelow(path, base));
  const named = [...folders.keys()].filter((name) => splitOf(name) !== undefined);
  if (division === 'hash') return byHash(paths, base);
  if (division === undefined && named.length === 0) {
    const deep = deepSplit(paths);
    if (deep !== undefined) throw unclear(`${deep} below others`, folders);
    return byHash(paths, base);
  }
  return byFolders(paths, base, folders);
}

function byFolders(paths: readonly string[], base: string, folders: ReadonlyMap<string, number>): DividedFiles {
  const roots = { train: '', valid: '', test: '' };
  const leftOut = new Map<string, number>();
  for (const [name, count] of folders) {
    const split = splitOf(name);
    if (!split) leftOut.set(name, count);
    else if (roots[split]) throw unclear(`two for ${split}`, folders);
    else roots[split] = `${base}${name}/`;
  }
  if (!roots.train) throw unclear('none for train', folders);
  if (leftOut.size > 0 && !roots.valid && !roots.test) throw unclear('only train', folders);
  const pick = (split: Split) => (roots[split] ? paths.filter((path) => path.startsWith(roots[split])) : []);
  return { train: pick('train'), valid: pick('valid'), test: pick('test'), by: 'folders', roots, leftOut };
}

function byHash(paths: readonly string[], base: string): DividedFiles {
  const drawn: Record<Split, string[]> = { train: [], valid: [], test: [] };
  for (const path of paths) drawn[drawSplit(path)].push(path);
  return { ...drawn, by: 'hash', roots: { train: base, valid: base, test: base }, leftOut: new Map() };
}

function drawSplit(path: string): Split {
  const draw = rng(path).uniform();
  if (draw < TEST_SHARE) return 'test';
  return draw < TEST_SHARE + VALID_SHARE ? 'valid' : 'train';
}

/** The folders that all images lie in, one inside the other, up to the first that is named as a split. */
function wrapping(paths: readonly string[]): string {
  let base = '';
  for (const name of paths.length > 0 ? foldersOf(paths[0]) : []) {
    const next = `${base}${name}/`;
    if (splitOf(name) || !paths.every((path) => path.startsWith(next))) break;
    base = next;
  }
  return base;
}

/** The split that a folder's name names, if it names one. */
function splitOf(folder: string): Split | undefined {
  const words = folder.match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? [];
  const splits = new Set(words.map((word) => WORDS[word.toLowerCase()]).filter((split) => split !== undefined));
  return splits.size === 1 ? [...splits][0] : undefined;
}

/** A folder that is named as a split, at any depth. */
function deepSplit(paths: readonly string[]): string | undefined {
  const folders = new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/') + 1)));
  return [...folders].find((folder) => folder.split('/').some((name) => splitOf(name) !== undefined));
}

const foldersOf = (path: string): string[] => path.split('/').slice(0, -1);
const folderBelow = (path: string, base: string): string => foldersOf(path.slice(base.length))[0] ?? '';

function countBy(paths: readonly string[], keyOf: (path: string) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const key = keyOf(path);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function unclear(what: string, folders: ReadonlyMap<string, number>): DataError {
  const hint = "name the folders train, valid and test, or set split to 'hash' to divide all images by their paths";
  return new DataError(
    `image-folder: wanted one folder for each of ${SPLITS.join(', ')}, found ${what}: ${listOf(folders)}; ${hint}`,
  );
}

const SHOWN = 8;

/** `train (50), other (1)` */
export function listOf(folders: ReadonlyMap<string, number>): string {
  const items = [...folders].map(([name, count]) => `${name || 'no folder'} (${count})`);
  const more = items.length > SHOWN ? [`${items.length - SHOWN} more`] : [];
  return [...items.slice(0, SHOWN), ...more].join(', ');
}
