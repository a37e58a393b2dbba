import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '../../files/file-error.ts';

/** What lies below a folder. Paths have `/` on every system and are sorted by their characters. */
export interface ImageListing {
  readonly images: readonly string[];
  /** Pictures of kinds that are not read, by extension: how many. */
  readonly unread: ReadonlyMap<string, number>;
}

const READ = /\.(png|jpe?g)$/i;
const UNREAD = /\.(gif|webp|bmp|tiff?|avif|jxl|heic|ppm|pgm)$/i;

/** Whether a file of this name is read as an image. */
export const isImageFile = (name: string): boolean => READ.test(name);

/** Whether a file of this name is a picture, read or not. */
export const isPicture = (name: string): boolean => READ.test(name) || UNREAD.test(name);

/**
 * All images below a folder, through links. Names that begin with a dot are none: `.ipynb_checkpoints` holds copies,
 * `._x.png` what macOS knows about `x.png`.
 *
 * @throws DataError naming a folder that cannot be read or a link that leads nowhere
 */
export async function listImages(folder: string): Promise<ImageListing> {
  const images: string[] = [];
  const unread = new Map<string, number>();

  async function walk(below: string, around: readonly string[]): Promise<void> {
    const here = join(folder, below);
    const real = await attempt(here, (path) => realpath(path));
    if (around.includes(real)) return; // a link to a folder around it: all that is there has its turn
    for (const entry of await attempt(here, (path) => readdir(path, { withFileTypes: true, encoding: 'utf8' }))) {
      if (entry.name.startsWith('.')) continue;
      const path = below + entry.name;
      const kind = entry.isSymbolicLink() ? await attempt(join(folder, path), (link) => stat(link)) : entry;
      if (kind.isDirectory()) await walk(`${path}/`, [...around, real]);
      else if (READ.test(path)) images.push(path);
      else count(unread, UNREAD.exec(path)?.[0].toLowerCase());
    }
  }

  await walk('', []);
  return { images: images.sort(), unread };
}

async function attempt<T>(path: string, read: (path: string) => Promise<T>): Promise<T> {
  try {
    return await read(path);
  } catch (error) {
    throw fileError('read', path, error);
  }
}

function count(counts: Map<string, number>, key: string | undefined): void {
  if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
}
