import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '@pixelrnn/files';
import { DataError } from '../data-error.ts';
import { unpackMembers } from '../formats/unpack.ts';
import { fileError } from './file-error.ts';
import { type FileSet, type FileSpec, storedNames } from './file-spec.ts';
import { verifiedContent } from './verify.ts';

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
  const [first, second] = storedNames(file);
  return (await existing(folder, first)) ?? (await existing(folder, second));
}

/** The verified content of a file at `path`. */
export async function readVerified(path: string, file: FileSpec): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read', path, error);
  });
  return verifiedContent(bytes, file, path);
}

/** The verified contents of `files` from a .tar.gz; those that it does not hold are left out. */
export async function readArchive(path: string, files: readonly FileSpec[]): Promise<Map<string, Uint8Array>> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read', path, error);
  });
  const wanted = new Map(files.map((file) => [file.name, file]));
  const contents = new Map<string, Uint8Array>();
  for await (const member of unpackMembers(bytes, path, (name) => wanted.get(name)?.bytes)) {
    const file = wanted.get(member.name)!;
    contents.set(file.name, await verifiedContent(member.content, file, `${path} (${file.name})`));
  }
  return contents;
}

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
      contents.set(file.name, await readVerified(path, file).catch((error) => damaged(error, set)));
  }
  const missing = set.files.filter((file) => !contents.has(file.name));
  const archive = missing.length > 0 && set.archive ? await existing(folder, set.archive) : undefined;
  if (archive) {
    const unpacked = await readArchive(archive, missing).catch((error) => damaged(error, set));
    for (const [name, content] of unpacked) contents.set(name, content);
  }
  const absent = missing.find((file) => !contents.has(file.name));
  if (absent) throw await missingError(set, absent, folder);
  return contents;
}

async function missingError({ dataset }: FileSet, file: FileSpec, folder: string): Promise<DataError> {
  const packed = await packedForm(folder, file);
  if (packed) return packed;
  return new DataError(`${dataset}: ${storedNames(file)[0]} is not in ${folder}; run: pixelrnn fetch ${dataset}`);
}

/** The error to give where only `<name>.xz` is there, which nothing here decompresses. */
export async function packedForm(folder: string, file: FileSpec): Promise<DataError | undefined> {
  const path = await existing(folder, `${file.name}.xz`);
  if (path === undefined) return undefined;
  return new DataError(`${path}: .xz files are not read; decompress it first: xz -dk ${path}`);
}

function damaged(error: unknown, { dataset }: FileSet): never {
  if (!(error instanceof DataError)) throw error;
  throw new DataError(`${error.message}; to replace it run: pixelrnn fetch ${dataset}`, { cause: error });
}
