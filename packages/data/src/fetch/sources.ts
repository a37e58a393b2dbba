import { DataError } from '../data-error.ts';
import {
  type Archive,
  type Conversion,
  type FileSpec,
  lengthLimit,
  membersOf,
  storedNames,
} from '../files/file-spec.ts';
import { findFile, packedForm, readArchives, readVerified } from '../files/read-files.ts';
import { verifiedContent } from '../files/verify.ts';
import { type Member, unpackMembers } from '../formats/unpack.ts';
import { download } from './download.ts';
import { npmRegistry } from './npm-registry.ts';
import type { Source, SourceContext, Verified } from './source.ts';

/** A web folder with the files under their public names, gzipped or not. */
export function urlFolder(base: string): Source {
  return {
    name: base,
    async *read(wanted, context) {
      const folder = base.endsWith('/') ? base : `${base}/`;
      for (const file of wanted) {
        const [first, second] = storedNames(file).map((name) => folder + name);
        const content = (await fetched(first, file, context)) ?? (await fetched(second, file, context));
        if (!content) throw new DataError(`${first}: the server has no such file`);
        yield { file, content };
      }
    },
  };
}

async function fetched(url: string, file: FileSpec, context: SourceContext): Promise<Uint8Array | undefined> {
  const bytes = await downloadWith(url, lengthLimit([file]), context);
  return bytes && verifiedContent(bytes, file, url);
}

async function downloadWith(
  url: string,
  limit: number,
  { onProgress, stallMs, attempts }: SourceContext,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const report = (received: number, total: number | undefined) => onProgress({ url, received, total });
  return download(url, { limit, onProgress: report, stallMs, attempts });
}

/** A .tar.gz on the web that holds the files, in whatever folders, or members to make them from. */
export function tarball(url: string | (() => Promise<string>), conversion?: Conversion, name = String(url)): Source {
  return {
    name,
    async *read(wanted, context) {
      const address = typeof url === 'string' ? url : await url();
      const limits = membersOf(wanted, conversion);
      const limit = [...limits.values()].reduce((sum, bytes) => sum + bytes, 0) + lengthLimit(wanted);
      const archive = await downloadWith(address, limit, context);
      if (!archive) throw new DataError(`${address}: the server has no such file`);
      const members = unpackMembers(archive, address, (member) => limits.get(member));
      if (conversion) yield* converted(await collect(members), wanted, conversion, address);
      else yield* plain(members, wanted, address);
    },
  };
}

async function* plain(
  members: AsyncIterable<Member>,
  wanted: readonly FileSpec[],
  url: string,
): AsyncGenerator<Verified> {
  const byName = new Map(wanted.map((file) => [file.name, file]));
  for await (const { name, content } of members) {
    const file = byName.get(name);
    if (!file) continue; // an archive may hold a name twice
    byName.delete(name);
    yield { file, content: await verifiedContent(content, file, `${url} (${name})`) };
  }
}

async function* converted(
  members: ReadonlyMap<string, Uint8Array>,
  wanted: readonly FileSpec[],
  { convert }: Conversion,
  url: string,
): AsyncGenerator<Verified> {
  for (const file of wanted) {
    yield { file, content: await verifiedContent(convert(members, file), file, `${url} (${file.name})`) };
  }
}

async function collect(members: AsyncIterable<Member>): Promise<Map<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  for await (const { name, content } of members) contents.set(name, content);
  return contents;
}

/** A package on the npm registry that the user has configured. */
export function npmTarball(name: string, version: string, conversion?: Conversion): Source {
  const url = async () => `${await npmRegistry()}${name}/-/${name}-${version}.tgz`;
  return tarball(url, conversion, `the npm package ${name}@${version}`);
}

/** A folder on this machine: the files, gzipped or not, or archives of them. */
export function localFolder(folder: string, archives: readonly Archive[] = []): Source {
  return {
    name: folder,
    async *read(wanted) {
      const absent: FileSpec[] = [];
      for (const file of wanted) {
        const path = await findFile(folder, file);
        if (path === undefined) absent.push(file);
        else yield { file, content: await readVerified(path, file) };
      }
      const unpacked = await readArchives(folder, archives, absent);
      for (const file of absent) {
        const content = unpacked.get(file.name);
        if (!content) throw (await packedForm(folder, file)) ?? new DataError(`${file.name} is not in ${folder}`);
        yield { file, content };
      }
    },
  };
}
