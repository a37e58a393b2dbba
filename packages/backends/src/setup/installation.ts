import { existsSync, readFileSync, statSync } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aside, sha256OfFile } from '@pixelrnn/files';

/** One file that an installation cannot do without, as recorded in its `ready.json`. */
export interface InstalledFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

const READY = 'ready.json';

/**
 * Fills a folder so that it either is complete or does not exist: builds aside and renames into place.
 * Does nothing if `target` is complete.
 *
 * @param build fills the folder it is given and returns the paths (relative to it) of the files that must be there
 * @returns true if it was built, false if it was there already
 */
export async function install(target: string, build: (folder: string) => Promise<readonly string[]>): Promise<boolean> {
  if (isInstalled(target)) return false;
  await aside(target, async (folder) => {
    const files = await Promise.all((await build(folder)).map((path) => record(folder, path)));
    await writeFile(join(folder, READY), `${JSON.stringify({ files }, null, 2)}\n`);
    await moveIntoPlace(folder, target);
  });
  return true;
}

/** Whether every file named in a folder's `ready.json` is there in its full size. */
export function isInstalled(folder: string): boolean {
  if (!existsSync(join(folder, READY))) return false;
  return installedFiles(folder).every(
    ({ path, bytes }) => statSync(join(folder, path), { throwIfNoEntry: false })?.size === bytes,
  );
}

/** The files of an installation whose content is no longer what was installed; reads every byte. */
export async function damagedFiles(folder: string): Promise<string[]> {
  const files = installedFiles(folder);
  const same = await Promise.all(
    files.map(
      async ({ path, sha256 }) => existsSync(join(folder, path)) && (await sha256OfFile(join(folder, path))) === sha256,
    ),
  );
  return files.filter((_, index) => !same[index]).map(({ path }) => path);
}

function installedFiles(folder: string): readonly InstalledFile[] {
  return (JSON.parse(readFileSync(join(folder, READY), 'utf8')) as { files: InstalledFile[] }).files;
}

async function record(folder: string, path: string): Promise<InstalledFile> {
  const file = join(folder, path);
  return { path, bytes: (await stat(file)).size, sha256: await sha256OfFile(file) };
}

async function moveIntoPlace(folder: string, target: string): Promise<void> {
  // Another process may have finished first; what it made is as good as ours.
  if (isInstalled(target)) return;
  await rm(target, { recursive: true, force: true });
  await rename(folder, target);
}
