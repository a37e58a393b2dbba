import { join } from 'node:path';
import { install, isWhole } from '@pixelrnn/files';
import { ADDON, addonFolder, installAddon, unfitFor } from './addon.ts';
import { requireDiskSpace } from './disk.ts';
import { tensorflowHome, tensorflowRoot, tfjsNodeFolder } from './locations.ts';
import { projectTfjsNode } from './project.ts';
import { CUDA, machine, TENSORFLOW_VERSION, wheelFor } from './releases.ts';
import { compileBinding, installTfjsNode, moveTensorflow } from './tfjs-node.ts';
import { findCompiler, findTools } from './tools.ts';
import { unpackTensorflow } from './wheel.ts';

export interface SetupTensorflowOptions {
  /** Take the TensorFlow that runs on NVIDIA GPUs, with its CUDA libraries. */
  readonly gpu?: boolean;
  /** Install and compile anew what is there already. */
  readonly force?: boolean;
  /** Where to install, instead of the user's cache folder. */
  readonly cacheDir?: string;
  /** The environment in which compiler, Python and npm are looked for and run. */
  readonly env?: NodeJS.ProcessEnv;
  /** Told in one line what is being done. */
  readonly onProgress?: (message: string) => void;
}

export interface TensorflowSetup {
  /** `project`: the tfjs-node that the project itself depends on; `cache`: the one installed here. */
  readonly source: 'project' | 'cache';
  /** The folder of tfjs-node. */
  readonly tfjsNode: string;
  /** The addon with the fused operations, or why there is none. */
  readonly addon: { readonly path: string } | { readonly absent: string };
  /** What this call installed or built; empty if all of it was there. */
  readonly built: readonly ('tfjs-node' | 'addon')[];
}

// Wheel and unpacked libraries side by side: 1.2 GB on a CPU, 9 GB with the CUDA libraries.
const DISK = { cpu: 1.5e9, gpu: 10e9 };

/**
 * Makes native TensorFlow usable from Node.js on Linux and macOS, without the download that tfjs-node's own install
 * script does: takes the libraries of the official Python wheel (pip checks their SHA-256), compiles tfjs-node's
 * binding and our fused operations against them, all in the user's cache folder. Takes a minute and 1 GB; a second
 * call reads what is there, replaces it if a byte has changed, and otherwise returns. A tfjs-node that the project itself depends on is left as it is, and only the fused operations
 * are built, if it carries the headers for that.
 *
 * @throws {SetupError} with one line on what is missing: compiler, Python with pip, npm, disk space, a wheel
 */
export async function setupTensorflow(options: SetupTensorflowOptions = {}): Promise<TensorflowSetup> {
  const { gpu = false, force = false, env = process.env, onProgress = () => {} } = options;
  const root = tensorflowRoot(options.cacheDir, env);
  const addonOptions = { root, env, force, onProgress };
  const own = projectTfjsNode();
  if (own) return setupAddon('project', own, addonOptions);

  const home = tensorflowHome(root, gpu);
  if (!force && (await isWhole(home))) return setupAddon('cache', tfjsNodeFolder(home), addonOptions);
  const wheel = wheelFor(machine(gpu));
  const tools = await findTools(env);
  await requireDiskSpace(root, gpu ? DISK.gpu : DISK.cpu);
  const build = async (folder: string) => {
    onProgress(`installing tfjs-node into ${home}`);
    await installTfjsNode(folder, tools);
    onProgress(`downloading TensorFlow ${TENSORFLOW_VERSION} (${wheel.name}, ${wheel.platform})`);
    const unpacked = join(folder, 'unpacked');
    await unpackTensorflow(wheel, gpu ? CUDA : [], unpacked, tools);
    const libraries = await moveTensorflow(unpacked, folder);
    onProgress('compiling the binding of tfjs-node');
    return [...libraries, await compileBinding(folder, tools)];
  };
  await install(home, build, { force });
  const addon = await setupAddon('cache', tfjsNodeFolder(home), addonOptions);
  return { ...addon, built: ['tfjs-node', ...addon.built] };
}

interface AddonOptions extends Required<Pick<SetupTensorflowOptions, 'env' | 'force' | 'onProgress'>> {
  readonly root: string;
}

async function setupAddon(
  source: TensorflowSetup['source'],
  tfjsNode: string,
  { root, env, force, onProgress }: AddonOptions,
): Promise<TensorflowSetup> {
  const unfit = unfitFor(tfjsNode);
  if (unfit) return { source, tfjsNode, addon: { absent: unfit }, built: [] };
  const tools = async () => {
    const compiler = await findCompiler(env);
    onProgress('compiling the fused operations');
    return { compiler, env };
  };
  const isNew = await installAddon(root, tfjsNode, { tools, force });
  return { source, tfjsNode, addon: { path: join(addonFolder(root), ADDON) }, built: isNew ? ['addon'] : [] };
}
