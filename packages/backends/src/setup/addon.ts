import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { command, install, nodeApiHeaders, SetupError, SHARED_OBJECT } from '@pixelrnn/files';
import { inParallel } from './in-parallel.ts';
import { machine } from './releases.ts';
import type { Tools } from './tools.ts';

type Compiler = (...args: string[]) => Promise<string>;

const FLAGS = ['-std=gnu++17', '-O3', '-fPIC', '-fno-math-errno', '-fno-trapping-math', '-DNAPI_VERSION=8'];

/** Flags by the instruction set that a source file's name ends with; the addon chooses among them when it is loaded. */
const INSTRUCTION_SETS: Readonly<Record<string, readonly string[]>> = {
  avx2: ['-mavx2', '-mfma'],
  avx512: ['-mavx2', '-mfma', '-mavx512f', '-mavx512vl', '-mavx512dq', '-mavx512bw'],
};

/** The C++ sources of the addon: its operations, and the arithmetic that they share with the WebAssembly build. */
export function addonSources(): { readonly operations: string; readonly arithmetic: string } {
  const require = createRequire(import.meta.url);
  return {
    operations: join(dirname(require.resolve('@pixelrnn/backends/package.json')), 'native'),
    arithmetic: join(dirname(require.resolve('@pixelrnn/kernels/package.json')), 'cpp'),
  };
}

const PREFIX = `pixelrnn-ops-${machine()}-`;

/** The addon inside of its folder. */
export const ADDON = 'addon.node';

/** The folder below `root` of the addon made of the present sources, whether or not it was built. */
export function addonFolder(root: string): string {
  const hash = createHash('sha256').update(JSON.stringify([FLAGS, INSTRUCTION_SETS]));
  for (const folder of Object.values(addonSources())) {
    for (const name of sourceFiles(folder)) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return join(root, `${PREFIX}${hash.digest('hex').slice(0, 16)}`);
}

/** Whether this is the name of an addon for this machine, made of any sources; former versions were files. */
export const isAddon = (name: string): boolean =>
  name.startsWith(PREFIX) && /^[\da-f]{16}(\.node)?$/.test(name.slice(PREFIX.length));

/** Why an addon cannot be built against a tfjs-node, if it cannot: stock ones come without some of the C headers. */
export function unfitFor(tfjsNode: string): string | undefined {
  const needed = [...HEADERS.map((name) => join('deps', 'include', name)), join('deps', 'lib', FRAMEWORK)];
  const missing = needed.find((name) => !existsSync(join(tfjsNode, name)));
  return missing && `${tfjsNode} has no ${missing}`;
}

/** Compiles the addon into its folder (see `install`), on all cores: half a minute on two. True unless it was there. */
export function installAddon(root: string, tfjsNode: string, options: InstallAddonOptions): Promise<boolean> {
  const target = addonFolder(root);
  const build = async (folder: string) => {
    const { compiler, env } = await options.tools();
    await buildAddon(folder, tfjsNode, (...args) => command(compiler, args, { env }));
    if (addonFolder(root) !== target)
      throw new SetupError('setup tensorflow: the C++ sources changed while they were compiled; run it again');
    return [ADDON];
  };
  return install(target, build, options);
}

export interface InstallAddonOptions {
  /** Asked for if there is something to compile. */
  readonly tools: () => Promise<Pick<Tools, 'compiler' | 'env'>>;
  readonly force?: boolean;
}

async function buildAddon(folder: string, tfjsNode: string, compiler: Compiler): Promise<void> {
  const objects = join(folder, 'objects');
  await mkdir(objects);
  const compileOne = (source: string) => compile(source, objects, tfjsNode, compiler);
  const compiled = await inParallel(translationUnits(), availableParallelism(), compileOne);
  // No search path for TensorFlow: tfjs-node has loaded it by the time this is loaded, and the loader knows it by name.
  const library = join(tfjsNode, 'deps', 'lib', FRAMEWORK);
  await compiler(...SHARED_OBJECT, ...compiled, library, '-pthread', '-o', join(folder, ADDON));
  await rm(objects, { recursive: true });
}

const HEADERS = ['tensorflow/c/kernels.h', 'tensorflow/c/ops.h'];
const FRAMEWORK = process.platform === 'darwin' ? 'libtensorflow_framework.2.dylib' : 'libtensorflow_framework.so.2';

function compile(source: string, folder: string, tfjsNode: string, compiler: Compiler): Promise<string> {
  const object = join(folder, `${basename(source, '.cc')}.o`);
  const include = [addonSources().arithmetic, join(tfjsNode, 'deps', 'include'), nodeApiHeaders()];
  const flags = [
    ...FLAGS,
    ...(INSTRUCTION_SETS[instructionSet(source)] ?? []),
    ...include.flatMap((path) => ['-I', path]),
  ];
  return compiler(...flags, '-c', source, '-o', object).then(() => object);
}

/** Every `.cc` of the operations and of the arithmetic's `native` folder that this processor can have. */
function translationUnits(): string[] {
  const { operations, arithmetic } = addonSources();
  const sources = [operations, join(arithmetic, 'native')].flatMap((folder) =>
    sourceFiles(folder)
      .filter((name) => name.endsWith('.cc'))
      .map((name) => join(folder, name)),
  );
  return sources.filter((source) => process.arch === 'x64' || !(instructionSet(source) in INSTRUCTION_SETS));
}

function instructionSet(source: string): string {
  return basename(source, '.cc').split('_').at(-1)!;
}

/** The WebAssembly exports, and the program that checks the native tables. */
const NOT_IN_THE_ADDON = /^wasm|\bcheck\.cc$/;

function sourceFiles(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true }) as string[];
  return names.filter((name) => /\.(cc|h)$/.test(name) && !NOT_IN_THE_ADDON.test(name)).sort();
}
