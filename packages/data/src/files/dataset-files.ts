import { join } from 'node:path';
import {
  IMAGES,
  isSmallImagenet,
  SMALL_IMAGENETS,
  type SmallImagenet,
} from '../catalog/small-imagenet/small-imagenet.ts';
import { type DataFolderOptions, dataFolder } from './data-folder.ts';
import { FILE_SETS } from './file-sets.ts';
import type { FileSet } from './file-spec.ts';
import { existing, findFile } from './read-files.ts';

/** The files of a data set, and what of them is there. */
export interface DatasetFiles {
  /** Where they lie, or will. */
  readonly folder: string;
  /** Length of all contents, unpacked. */
  readonly bytes: number;
  /** Paths of what is there, in one form each: gzipped or not, or an archive of all. */
  readonly found: readonly string[];
  /** Public names of those that are not there. */
  readonly missing: readonly string[];
}

/**
 * Looks for the files of a data set without reading them; undefined for one that has none of a known name. An archive counts as all
 * of them.
 *
 * @throws DataError if the folder cannot be looked into
 */
export async function datasetFiles(name: string, options: DataFolderOptions = {}): Promise<DatasetFiles | undefined> {
  if (isSmallImagenet(name)) return smallImagenetFiles(name, join(dataFolder(options), name));
  const set = (FILE_SETS as Readonly<Record<string, FileSet>>)[name];
  if (!set) return undefined;
  const folder = join(dataFolder(options), set.dataset);
  const bytes = set.files.reduce((sum, file) => sum + file.bytes, 0);
  for (const archive of set.archives ?? []) {
    const path = await existing(folder, archive.name);
    if (path !== undefined) return { folder, bytes, found: [path], missing: [] };
  }
  const paths = await Promise.all(set.files.map((file) => findFile(folder, file)));
  const missing = set.files.filter((_, i) => paths[i] === undefined).map((file) => file.name);
  return { folder, bytes, found: paths.filter((path) => path !== undefined), missing };
}

/** Of the version of 2017; the older one has some images less. */
const SMALL_IMAGENET_IMAGES = 1_281_167 + 50_000;

async function smallImagenetFiles(name: SmallImagenet, folder: string): Promise<DatasetFiles> {
  const bytes = SMALL_IMAGENET_IMAGES * SMALL_IMAGENETS[name] ** 2 * 3;
  const path = await existing(folder, IMAGES);
  return { folder, bytes, found: path === undefined ? [] : [path], missing: path === undefined ? [IMAGES] : [] };
}
