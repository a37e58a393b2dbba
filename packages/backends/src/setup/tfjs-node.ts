import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { command, nodeApiHeaders, SHARED_OBJECT } from '@pixelrnn/files';
import { tfjsNodeFolder } from './locations.ts';
import { bindingPath, napiVersion, ORIGIN } from './native-addon.ts';
import { TFJS_NODE_VERSION } from './releases.ts';
import type { Tools } from './tools.ts';

/**
 * What tfjs-node requires and must share with the application: a second copy would be a second kernel registry. A
 * stand-in takes the place of each, so that npm downloads none; the loader puts the application's own in its place.
 */
export const SHARED_PACKAGES = ['@tensorflow/tfjs', '@tensorflow/tfjs-core'];
const STAND_IN = `throw new Error('this tfjs-node is loaded by loadTensorflow() of @pixelrnn/backends, which hands it tfjs');\n`;

/** Installs `@tensorflow/tfjs-node` below `home` without its install script, which would download another TensorFlow. */
export async function installTfjsNode(home: string, { npm, env }: Pick<Tools, 'npm' | 'env'>): Promise<void> {
  const dependencies: Record<string, string> = { '@tensorflow/tfjs-node': TFJS_NODE_VERSION };
  for (const name of SHARED_PACKAGES) {
    const folder = join(home, 'stand-ins', basename(name));
    await mkdir(folder, { recursive: true });
    await writeJson(join(folder, 'package.json'), { name, version: TFJS_NODE_VERSION, main: 'index.js' });
    await writeFile(join(folder, 'index.js'), STAND_IN);
    dependencies[name] = `file:${relative(home, folder)}`;
  }
  await writeJson(join(home, 'package.json'), { private: true, dependencies });
  await command(npm, ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: home,
    env,
  });
}

/**
 * Moves the unpacked wheel to where tfjs-node keeps TensorFlow: `deps/lib`, `deps/include` and `deps/nvidia`, which
 * the libraries search as `$ORIGIN/../nvidia`.
 *
 * @returns the libraries, as paths relative to `home`
 */
export async function moveTensorflow(unpacked: string, home: string): Promise<string[]> {
  const deps = join(tfjsNodeFolder(home), 'deps');
  await mkdir(join(deps, 'lib'), { recursive: true });
  await rename(join(unpacked, 'tensorflow', 'include'), join(deps, 'include'));
  const libraries = (await readdir(join(unpacked, 'tensorflow'))).filter((name) => name.startsWith('libtensorflow'));
  for (const name of libraries) await rename(join(unpacked, 'tensorflow', name), join(deps, 'lib', name));
  if ((await readdir(unpacked)).includes('nvidia')) await rename(join(unpacked, 'nvidia'), join(deps, 'nvidia'));
  await rm(unpacked, { recursive: true });
  return (await librariesIn(deps)).map((name) => relative(home, join(deps, name)));
}

/** Every shared library below a folder. */
async function librariesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => /\.(so|dylib)(\.|$)|\.\d+\.dylib$/.test(name)).sort();
}

/**
 * Compiles tfjs-node's own N-API binding against the libraries in its `deps/lib`.
 *
 * @returns the binding, as a path relative to `home`
 */
export async function compileBinding(
  home: string,
  { compiler, env }: Pick<Tools, 'compiler' | 'env'>,
): Promise<string> {
  const folder = tfjsNodeFolder(home);
  const output = bindingPath(folder);
  await mkdir(dirname(output), { recursive: true });
  const include = ['.', '..', join('deps', 'include'), nodeApiHeaders()];
  const libraries = (await readdir(join(folder, 'deps', 'lib'))).map((name) => join('deps', 'lib', name));
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join('binding', name));
  await command(
    compiler,
    [
      ...['-std=c++17', '-O2', ...SHARED_OBJECT, `-DNAPI_VERSION=${napiVersion(folder)}`],
      ...include.flatMap((path) => ['-I', path]),
      ...sources,
      ...libraries,
      `-Wl,-rpath,${ORIGIN}/../../deps/lib`,
      ...['-o', output],
    ],
    { cwd: folder, env },
  );
  return relative(home, output);
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
