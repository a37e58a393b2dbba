import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cacheFolder } from '@pixelrnn/files';
import type { Flavour } from '../launcher.ts';

/** The addon inside of its folder. */
export const ADDON = 'mpi.node';

export const FLAGS = ['-std=c++17', '-O3', '-ffp-contract=off', '-DNAPI_VERSION=8'];

/** An implementation of MPI, as its header names it. */
export interface Implementation {
  readonly flavour: Flavour;
  readonly version: string;
}

/** The one C++ source of the addon. */
export const addonSource = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@pixelrnn/cluster/package.json')), 'native', 'mpi.cc');

/** The folder below which addons are installed: in `cacheDir`, else in the user's cache folder. */
export const mpiRoot = (cacheDir?: string, env: NodeJS.ProcessEnv = process.env): string =>
  join(cacheDir ? join(cacheDir, 'pixelrnn') : cacheFolder(env), 'mpi');

/** The folder of the addon for an implementation: a hash says of which source. */
export const addonFolder = (root: string, { flavour, version }: Implementation): string =>
  join(root, `${flavour}-${version}-${process.platform}-${process.arch}-${sourceHash()}`);

const sourceHash = (): string =>
  createHash('sha256').update(JSON.stringify(FLAGS)).update(readFileSync(addonSource())).digest('hex').slice(0, 16);

/** Folders of the addons of the present source for this machine, and a flavour if told. */
export function addonsIn(root: string, flavour?: Flavour): string[] {
  if (!existsSync(root)) return [];
  const ending = `-${process.platform}-${process.arch}-${sourceHash()}`;
  const isWanted = (name: string) => name.endsWith(ending) && (!flavour || name.startsWith(`${flavour}-`));
  return readdirSync(root)
    .filter(isWanted)
    .map((name) => join(root, name));
}
