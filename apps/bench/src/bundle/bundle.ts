import { chmod, copyFile, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { environment } from '@pixelrnn/experiment';
import { checkFolder, type FolderKind } from '@pixelrnn/files';
import { version } from '../version.ts';
import { bundleApp } from './app.ts';
import { type BundledDataset, copyData } from './data.ts';

const BUNDLE: FolderKind = { kind: 'an earlier bundle', mark: 'pixelrnn-bench' };

export interface BundleOptions {
  /** The folder to make; an earlier bundle that is there is renewed. */
  readonly out: string;
  /** The program that is bundled, and the folder of `peers/`. */
  readonly program: string;
  readonly home: string;
  /** Data sets to take along, from the data folder. */
  readonly datasets: readonly BundledDataset[];
  readonly dataDir?: string;
  /** Export conditions under which the program's imports are resolved. */
  readonly conditions?: readonly string[];
  readonly note: (line: string) => void;
}

/**
 * A folder that measures a machine that has neither Node.js nor a network:
 *
 *   pixelrnn-bench     the command           app/     the program, WebAssembly, WebGPU
 *   node               this Node.js          peers/   the PyTorch rival
 *                                            data/    the data sets, where they are at hand
 *
 * @throws FileError if the folder holds something else
 */
export async function makeBundle(options: BundleOptions): Promise<void> {
  const { out, program, home, datasets, dataDir, conditions = [], note } = options;
  if (process.platform === 'win32') throw new Error('makeBundle: bundles are for Linux and macOS');
  await checkFolder(out, BUNDLE);
  // What is copied from a folder that has changed since must not be mixed with what it was. Data may have been added.
  for (const name of ['app', 'peers']) await rm(join(out, name), { recursive: true, force: true });
  await mkdir(join(out, 'app'), { recursive: true });
  // What only `backends` may depend on is resolved from there.
  const requireHeavy = createRequire(createRequire(program).resolve('@pixelrnn/backends/package.json'));
  await bundleApp({ program, folder: join(out, 'app'), conditions, requireHeavy, note });
  await cp(join(home, 'peers'), join(out, 'peers'), {
    recursive: true,
    filter: (path) => !path.includes('__pycache__'),
  });
  await copyData(join(out, 'data'), datasets, dataDir, note);
  await copyFile(process.execPath, join(out, 'node'));
  await writeFile(
    join(out, 'package.json'),
    `${JSON.stringify({ name: '@pixelrnn/bench-bundle', version, type: 'module' })}\n`,
  );
  await writeFile(join(out, 'pixelrnn-bench'), launcher(environment().commit as string | undefined));
  for (const name of ['node', 'pixelrnn-bench']) await chmod(join(out, name), 0o755);
}

/** Needs no program but the shell: `${0%/*}` is `dirname "$0"`. */
const launcher = (commit = '') => `#!/bin/sh
here=\${0%/*}
export PIXELRNN_DATA="\${PIXELRNN_DATA:-$here/data}"
export PIXELRNN_COMMIT="${commit}"
exec "$here/node" "$here/app/main.js" "$@"
`;
