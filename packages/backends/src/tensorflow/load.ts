import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import util from 'node:util';
import { damagedFiles, notAsInstalled } from '@pixelrnn/files';
import * as tf from '@tensorflow/tfjs-core';
import { tensorflowHome, tensorflowRoot, tfjsNodeFolder } from '../setup/locations.ts';
import { projectTfjsNode } from '../setup/project.ts';
import { SETUP } from '../setup/releases.ts';
import { SHARED_PACKAGES } from '../setup/tfjs-node.ts';
import { UnpreparedError } from '../start/backend.ts';
import { type LoadedAddon, loadAddon } from './addon.ts';
import type { TensorflowBackend } from './tensorflow-backend.ts';

export interface LoadTensorflowOptions {
  /** Threads of TensorFlow and of our own operations; all of the machine's by default. */
  readonly threads?: number;
  /** Where `setupTensorflow` installed it. */
  readonly cacheDir?: string;
}

export interface LoadedTensorflow {
  /** The backend's name, for `tf.setBackend`. */
  readonly backend: 'tensorflow';
  /** The version of the TensorFlow library. */
  readonly tensorflow: string;
  /** The folder of the tfjs-node that was loaded. */
  readonly path: string;
  readonly device: 'cpu' | 'gpu';
  /** The fused operations: where they are, or why there are none. */
  readonly addon: LoadedAddon;
}

let loading: Promise<LoadedTensorflow> | undefined;
let loaded: LoadedTensorflow | undefined;

/**
 * Loads native TensorFlow and makes `tensorflow` the active backend: the tfjs-node that the project depends on, else
 * the one of `setupTensorflow`. The second call only sets the threads of our own operations, since TensorFlow reads
 * its number once.
 *
 * @throws {UnpreparedError} if there is none, or if it is not what was installed: damaged native code may do anything
 * @throws {Error} if it comes with a tfjs-core of its own
 */
export async function loadTensorflow(options: LoadTensorflowOptions = {}): Promise<LoadedTensorflow> {
  const { threads = availableParallelism() } = options;
  loading ??= load(options, threads);
  loaded = await loading.catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  if ('native' in loaded.addon) loaded.addon.native.setThreads(threads);
  if (!(await tf.setBackend(loaded.backend))) throw new Error('loadTensorflow: the backend did not start');
  return loaded;
}

/** What `loadTensorflow` has loaded, if it was called. */
export function loadedTensorflow(): LoadedTensorflow | undefined {
  return loaded;
}

/** Whether `loadTensorflow` has something to load. */
export const hasTensorflow = (cacheDir?: string): boolean =>
  (projectTfjsNode() ?? installedHome(cacheDir)) !== undefined;

async function load({ cacheDir }: LoadTensorflowOptions, threads: number): Promise<LoadedTensorflow> {
  const path = projectTfjsNode() ?? (await verifiedTfjsNode(cacheDir));
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  restoreNodeUtilities();
  if (path !== projectTfjsNode()) shareTfjs(path);
  const tfjsNode = createRequire(import.meta.url)(path) as typeof tf;
  if (tfjsNode.registerKernel !== tf.registerKernel) {
    throw new Error(`loadTensorflow: ${path} has a tfjs-core of its own; its version must be that of the project's`);
  }
  const { binding } = tf.findBackend('tensorflow') as TensorflowBackend;
  const device = binding.isUsingGpuDevice() ? 'gpu' : 'cpu';
  const addon = await loadAddon(path, cacheDir);
  return { backend: 'tensorflow', tensorflow: binding.TF_Version, path, device, addon };
}

async function verifiedTfjsNode(cacheDir?: string): Promise<string> {
  const home = installedHome(cacheDir);
  if (!home) throw new UnpreparedError('TensorFlow is not set up', SETUP);
  const [damaged] = await damagedFiles(home, { trustDates: true });
  const remedy = home === tensorflowHome(tensorflowRoot(cacheDir), true) ? `${SETUP} --gpu` : SETUP;
  if (damaged) throw new UnpreparedError(notAsInstalled(home, damaged), remedy);
  return tfjsNodeFolder(home);
}

/** The one for GPUs, if it is there. */
function installedHome(cacheDir?: string): string | undefined {
  const root = tensorflowRoot(cacheDir);
  return [true, false].map((gpu) => tensorflowHome(root, gpu)).find((home) => existsSync(home));
}

/** Hands our own copies of tfjs to an installed tfjs-node, in place of the stand-ins it would require. */
function shareTfjs(tfjsNode: string): void {
  const ours = createRequire(import.meta.url);
  const theirs = createRequire(join(tfjsNode, 'package.json'));
  for (const name of SHARED_PACKAGES) {
    ours(name);
    ours.cache[theirs.resolve(name)] = ours.cache[ours.resolve(name)];
  }
}

/** tfjs-node 4.22 calls a function that Node.js 22 warns of and Node.js 23 has removed. */
function restoreNodeUtilities(): void {
  const old = util as { isNullOrUndefined?: (value: unknown) => boolean };
  old.isNullOrUndefined = (value) => value === null || value === undefined;
}
