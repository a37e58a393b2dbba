import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '@pixelrnn/files';
import { DataError } from '../data-error.ts';
import { type Member, unpackMembers } from '../formats/unpack.ts';
import { unzipMembers } from '../formats/unzip.ts';
import { fetchCommand } from './data-folder.ts';
import { fileError } from './file-error.ts';
import { type Archive, type FileSet, type FileSpec, membersOf, storedNames } from './file-spec.ts';
import { OtherContentError, unpacked, verifiedContent } from './verify.ts';

/** Contents by public name. */
export type Contents = ReadonlyMap<string, Uint8Array>;

/** The path of `name` in a folder, if it is there; a path that leads through a file is an error, not an absence. */
export async function existing(folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, name);
  try {
    await stat(path);
    return path;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileError('read', path, error);
  }
}

/** Where a file lies in a folder, gzipped or not. */
export async function findFile(folder: string, file: FileSpec): Promise<string | undefined> {
  for (const name of storedNames(file)) {
    const path = await existing(folder, name);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** The verified content of a file at `path`. */
export async function readVerified(path: string, file: FileSpec): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read', path, error);
  });
  return verifiedContent(bytes, file, path);
}

/**
 * The verified contents of `files` from the archives of a data set that lie in a folder; those that none of them holds are
 * left out.
 */
export async function readArchives(
  folder: string,
  archives: readonly Archive[],
  files: readonly FileSpec[],
): Promise<Map<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  for (const archive of archives) {
    const missing = files.filter((file) => !contents.has(file.name));
    const path = missing.length > 0 ? await existing(folder, archive.name) : undefined;
    if (path === undefined) continue;
    for (const [name, content] of await readArchive(path, archive, missing)) contents.set(name, content);
  }
  return contents;
}

async function readArchive(
  path: string,
  { conversion }: Archive,
  files: readonly FileSpec[],
): Promise<Map<string, Uint8Array>> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read', path, error);
  });
  const limits = membersOf(files, conversion);
  const members = new Map<string, Uint8Array>();
  for await (const { name, content } of membersIn(path, bytes, (name) => limits.get(name))) members.set(name, content);
  const contents = new Map<string, Uint8Array>();
  for (const file of files) {
    const content = conversion ? conversion.convert(members, file) : members.get(file.name);
    if (content) contents.set(file.name, await verifiedContent(content, file, `${path} (${file.name})`));
  }
  return contents;
}

const membersIn = (
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  limitOf: (name: string) => number | undefined,
): AsyncIterable<Member> | Iterable<Member> =>
  path.endsWith('.npz') ? unzipMembers(bytes, path, limitOf) : unpackMembers(bytes, path, limitOf);

/**
 * All files of a data set, each verified by length and sha256, from a folder.
 *
 * @throws DataError naming the file and the command that gets it, or the file that is not what it should be.
 */
export async function readFiles(set: FileSet, folder: string): Promise<Contents> {
  const contents = new Map<string, Uint8Array>();
  for (const file of set.files) {
    const path = await findFile(folder, file);
    if (path !== undefined)
      contents.set(
        file.name,
        await unpacked(file, await readVerified(path, file).catch((error) => damaged(error, set, folder))),
      );
  }
  const missing = set.files.filter((file) => !contents.has(file.name));
  const archived = await readArchives(folder, set.archives ?? [], missing).catch((error) =>
    damaged(error, set, folder),
  );
  for (const [name, content] of archived) contents.set(name, content);
  const absent = missing.find((file) => !contents.has(file.name));
  if (absent) throw await missingError(set, absent, folder);
  return contents;
}

async function missingError({ dataset }: FileSet, file: FileSpec, folder: string): Promise<DataError> {
  const packed = await packedForm(folder, file);
  if (packed) return packed;
  return new DataError(
    `${dataset}: ${storedNames(file)[0]} is not in ${folder}; run: ${fetchCommand(dataset, folder)}`,
  );
}

/** The error to give where only `<name>.xz` is there, which nothing here decompresses. */
export async function packedForm(folder: string, file: FileSpec): Promise<DataError | undefined> {
  const path = await existing(folder, `${file.name}.xz`);
  if (path === undefined) return undefined;
  return new DataError(`${path}: .xz files are not read; decompress it first: xz -dk ${path}`);
}

function damaged(error: unknown, set: FileSet, folder: string): never {
  if (!(error instanceof DataError)) throw error;
  if (error instanceof OtherContentError) throw otherContent(error, set, folder);
  throw new DataError(`${error.message}; to replace it run: ${fetchCommand(set.dataset, folder)}`, { cause: error });
}

/** What to do about a file that may be somebody's other data: nothing that would overwrite it. */
export function otherContent(error: OtherContentError, { dataset, namesakes }: FileSet, folder: string): DataError {
  const guess = namesakes
    ? `it may be of ${namesakes}, whose files have the same names`
    : 'it is damaged or other data';
  return new DataError(`${error.message}; ${guess}: move it away, then run: ${fetchCommand(dataset, folder)}`, {
    cause: error,
  });
}
