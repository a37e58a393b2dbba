import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type FileSystem, writeFileAtomic } from '@pixelrnn/files';
import { importSmallImagenet } from '../catalog/small-imagenet/import-small-imagenet.ts';
import { isSmallImagenet, SMALL_IMAGENETS } from '../catalog/small-imagenet/small-imagenet.ts';
import { DataError } from '../data-error.ts';
import { type DataFolderOptions, dataFolder, fetchCommand } from '../files/data-folder.ts';
import { fileError } from '../files/file-error.ts';
import { type FileSpec, storedNames } from '../files/file-spec.ts';
import { existing, findFile, otherContent, readVerified } from '../files/read-files.ts';
import { OtherContentError } from '../files/verify.ts';
import { MANIFESTS, type Manifest } from './manifest.ts';
import type { Source, SourceContext, Verified } from './source.ts';
import { localFolder, tarball, urlFolder } from './sources.ts';

const compress = promisify(gzip);

/** How far a download is. */
export interface FetchProgress {
  readonly dataset: string;
  readonly url: string;
  /** Bytes so far. */
  readonly received: number;
  /** Bytes that the server announced, if it did. */
  readonly total: number | undefined;
}

/** Where {@link fetchDataset} writes, where it reads, and how patient it is. */
export interface FetchOptions extends DataFolderOptions {
  /** Import from this folder, where the files or a folder named as the data set lie, and use no network. */
  readonly from?: string;
  /** URLs to use in place of the public homes: a folder that has the files under their public names, or a .tar.gz. */
  readonly mirrors?: readonly string[];
  readonly onProgress?: (event: FetchProgress) => void;
  /** Give up a connection after so many milliseconds without a byte. */
  readonly stallMs?: number;
  /** Connections tried for each file. */
  readonly attempts?: number;
  /** The file system to write with, where it is not that of this machine. */
  readonly files?: FileSystem;
}

/** What {@link fetchDataset} found and did. */
export interface FetchResult {
  readonly dataset: string;
  /** Where the files lie. */
  readonly folder: string;
  /** Files that were written. */
  readonly written: readonly string[];
  /** Files that were there before and are whole. */
  readonly present: readonly string[];
}

/** Names that {@link fetchDataset} knows. */
export const FETCHABLE: readonly string[] = ['digits', ...Object.keys(MANIFESTS), ...Object.keys(SMALL_IMAGENETS)];

/**
 * Puts the files of a data set into the data folder. Each is verified by length and sha256 before it gets its name;
 * files that are already there and whole are kept, damaged ones replaced. Sources are tried in turn until every file is
 * there.
 *
 * @throws DataError if a file could not be had, with the reason of each source.
 */
export async function fetchDataset(name: string, options: FetchOptions = {}): Promise<FetchResult> {
  if (name === 'digits') return { dataset: name, folder: '(embedded)', written: [], present: [] };
  if (isSmallImagenet(name)) {
    const folder = join(dataFolder(options), name);
    const onFile = (url: string) => options.onProgress?.({ dataset: name, url, received: 0, total: undefined });
    return { dataset: name, folder, ...(await importSmallImagenet(name, folder, options.from, onFile)) };
  }
  const manifest = Object.hasOwn(MANIFESTS, name) ? MANIFESTS[name] : undefined;
  if (!manifest) throw new DataError(`fetch: wanted one of ${FETCHABLE.join(', ')}, got "${name}"`);
  return fetchFiles(manifest, options);
}

/** {@link fetchDataset} for any manifest. */
export async function fetchFiles(manifest: Manifest, options: FetchOptions): Promise<FetchResult> {
  const { dataset } = manifest;
  const folder = join(dataFolder(options), dataset);
  const { present, targets } = await survey(manifest, folder);
  const written: string[] = [];
  const failures: string[] = [];
  for (const source of targets.size > 0 ? await sourcesOf(manifest, folder, options) : []) {
    const wanted = manifest.files.filter(({ name }) => targets.has(name));
    for await (const { file, content } of untilFailure(source.read(wanted, contextOf(dataset, options)), failures)) {
      written.push(await store(content, file, targets.get(file.name)!, options.files));
      targets.delete(file.name);
    }
    if (targets.size === 0) break;
  }
  if (targets.size > 0) throw unavailable(dataset, [...targets.keys()], failures, options, folder);
  return { dataset, folder, written, present };
}

/** Which files are whole, and where each of the others is to be written: over a damaged one, if there is one. */
async function survey(manifest: Manifest, folder: string) {
  const present: string[] = [];
  const targets = new Map<string, string>();
  for (const file of manifest.files) {
    const path = await findFile(folder, file);
    const whole = path !== undefined && (await isWhole(path, file, manifest));
    if (whole) present.push(path);
    else targets.set(file.name, path ?? join(folder, storedNames(file)[0]));
  }
  return { present, targets };
}

/** @throws DataError if it is a whole file of something else, which is not ours to replace */
const isWhole = (path: string, file: FileSpec, manifest: Manifest): Promise<boolean> =>
  readVerified(path, file).then(
    () => true,
    (error) => {
      if (error instanceof OtherContentError) throw otherContent(error, manifest, dirname(path));
      return false;
    },
  );

/**
 * What a source gives before it fails; why it failed is noted. A failure to store what it gave is not its own and
 * passes.
 */
async function* untilFailure(verified: AsyncIterable<Verified>, failures: string[]): AsyncGenerator<Verified> {
  try {
    yield* verified;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    failures.push(error.message);
  }
}

/** An archive that already lies in the data folder comes before the network. */
async function sourcesOf(
  manifest: Manifest,
  folder: string,
  { from, mirrors }: FetchOptions,
): Promise<readonly Source[]> {
  if (from !== undefined) {
    return [localFolder(await folderIn(resolve(from), manifest), manifest.archives)];
  }
  const own = await firstOf(folder, manifest.archives?.map(({ name }) => name) ?? []);
  const web = mirrors?.map((url) => (/\.(tar\.gz|tgz)$/.test(url) ? tarball(url) : urlFolder(url))) ?? manifest.sources;
  return own ? [localFolder(folder, manifest.archives), ...web] : web;
}

/** Where in a folder the files of a data set lie: in one of its name, in one in which other programs keep them, or in it. */
const folderIn = async (from: string, { dataset, folders = [] }: Manifest): Promise<string> =>
  (await firstOf(from, [dataset, ...folders])) ?? from;

async function firstOf(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const path = await existing(folder, name);
    if (path !== undefined) return path;
  }
  return undefined;
}

const contextOf = (dataset: string, { onProgress, stallMs, attempts }: FetchOptions): SourceContext => ({
  onProgress: (event) => onProgress?.({ dataset, ...event }),
  stallMs,
  attempts,
});

async function store(content: Uint8Array, file: FileSpec, path: string, files?: FileSystem): Promise<string> {
  const stored = path.endsWith('.gz') && !file.packed ? await compress(content) : content;
  await writeFileAtomic(path, stored, files).catch((error: unknown) => {
    throw fileError('write', path, error);
  });
  return path;
}

function unavailable(
  dataset: string,
  missing: readonly string[],
  failures: readonly string[],
  { from }: FetchOptions,
  folder: string,
): DataError {
  const reasons = failures.join('; ') || 'no source has it';
  const proxy = from === undefined ? unusedProxy() : '';
  const hint =
    from === undefined
      ? `; with the files in a folder, run: ${fetchCommand(dataset, folder, ['--from <folder>'])}`
      : '';
  return new DataError(`fetch ${dataset}: could not get ${missing.join(', ')}: ${reasons}${proxy}${hint}`);
}

/** Node.js asks no proxy unless it is told to, and older versions cannot be. */
function unusedProxy(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const name = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].find((variable) => env[variable]);
  if (!name || env.NODE_USE_ENV_PROXY === '1') return '';
  return `; ${name} was not used (Node.js 24 does with NODE_USE_ENV_PROXY=1)`;
}
