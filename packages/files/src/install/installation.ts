import { readFileSync, statSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { aside } from '../aside.ts';
import { errorCode, fileError } from '../file-error.ts';
import { sha256OfFile } from '../sha256.ts';
import { writeFileAtomic } from '../write-file-atomic.ts';

/** One file that an installation cannot do without, as recorded in its `ready.json`. */
export interface InstalledFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** When files were last changed, in milliseconds, by their paths. */
type Dates = { readonly [path: string]: number };

const READY = 'ready.json';
/** The dates that the files had when their checksums were last compared. Apart from what was installed: it may be lost, or never be written. */
const VERIFIED = 'verified.json';

/**
 * Fills a folder so that it either is complete or does not exist: builds aside and renames into place.
 * Does nothing if `target` is complete and undamaged, unless it is to be built anew by `force`.
 *
 * @param build fills the folder it is given and returns the paths (relative to it) of the files that must be there
 * @returns true if it was built, false if it was there already
 */
export async function install(
  target: string,
  build: (folder: string) => Promise<readonly string[]>,
  { force = false }: { readonly force?: boolean } = {},
): Promise<boolean> {
  if (!force && (await isWhole(target))) return false;
  await aside(target, async (folder) => {
    const files = await Promise.all((await build(folder)).map((path) => record(folder, path)));
    await writeJson(join(folder, READY), { files });
    await writeJson(join(folder, VERIFIED), datesOf(folder, files));
    await moveIntoPlace(folder, target, force);
  });
  return true;
}

/** Whether every file named in a folder's `ready.json` is there in its full size. */
export const isInstalled = (folder: string): boolean =>
  installedFiles(folder)?.every((file) => hasSize(folder, file)) ?? false;

/** Whether every file of an installation is there, byte by byte. */
export const isWhole = async (folder: string): Promise<boolean> =>
  isInstalled(folder) && (await damagedFiles(folder)).length === 0;

/**
 * The files of an installation whose content is no longer what was installed. Reads every byte; with `trustDates` only those of files
 * that were written to since they were last read: TensorFlow has 850 MB, which take a second or more, while a start looks up a few
 * dates. What this passes over is a disk that changes bytes by itself.
 */
export async function damagedFiles(
  folder: string,
  { trustDates = false }: { readonly trustDates?: boolean } = {},
): Promise<string[]> {
  const files = installedFiles(folder);
  if (!files) return [READY];
  const [known, now] = [trustDates ? verifiedDates(folder) : {}, datesOf(folder, files)];
  const changed = files.filter((file) => !hasSize(folder, file) || known[file.path] !== now[file.path]);
  const damaged: string[] = [];
  for (const file of changed) if (!(await isAsRecorded(folder, file))) damaged.push(file.path);
  if (changed.length > 0) await noteDates(folder, now, damaged);
  return damaged;
}

/** What is wrong with a file that {@link damagedFiles} names. */
export const notAsInstalled = (folder: string, file: string): string =>
  `${join(folder, file)} is damaged: it is not what was installed`;

async function isAsRecorded(folder: string, file: InstalledFile): Promise<boolean> {
  return hasSize(folder, file) && (await sha256OfFile(join(folder, file.path))) === file.sha256;
}

const hasSize = (folder: string, { path, bytes }: InstalledFile): boolean =>
  statSync(join(folder, path), { throwIfNoEntry: false })?.size === bytes;

/** Remembers which files need not be read again. Who may not write here reads them each time. */
async function noteDates(folder: string, dates: Dates, damaged: readonly string[]): Promise<void> {
  const intact = Object.entries(dates).filter(([path]) => !damaged.includes(path));
  await writeJson(join(folder, VERIFIED), Object.fromEntries(intact)).catch(() => {});
}

function datesOf(folder: string, files: readonly InstalledFile[]): Dates {
  const dated = files.map(({ path }) => [path, statSync(join(folder, path), { throwIfNoEntry: false })?.mtimeMs]);
  return Object.fromEntries(dated.filter(([, date]) => date !== undefined));
}

/** None if they cannot be read, whatever the reason: then the files are. */
function verifiedDates(folder: string): Dates {
  try {
    return readJson(join(folder, VERIFIED)) as Dates;
  } catch {
    return {};
  }
}

/** Undefined if there is no list, or if a power cut has left no JSON of it. */
function installedFiles(folder: string): readonly InstalledFile[] | undefined {
  try {
    return (readJson(join(folder, READY)) as { files: InstalledFile[] }).files;
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) === 'ENOENT') return undefined;
    throw fileError('read', join(folder, READY), error);
  }
}

const readJson = (path: string): object => Object(JSON.parse(readFileSync(path, 'utf8')));

const writeJson = (path: string, value: unknown): Promise<void> =>
  writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);

async function record(folder: string, path: string): Promise<InstalledFile> {
  const file = join(folder, path);
  return { path, bytes: (await stat(file)).size, sha256: await sha256OfFile(file) };
}

async function moveIntoPlace(folder: string, target: string, force: boolean): Promise<void> {
  // Another process may have finished first; what it made is as good as ours.
  if (!force && (await isWhole(target))) return;
  await rm(target, { recursive: true, force: true });
  await rename(folder, target).catch((error: unknown) => {
    if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '') || !isInstalled(target)) throw error; // in this very moment
  });
}
