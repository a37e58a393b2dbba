import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { damagedFiles, notAsInstalled } from '@pixelrnn/files';
import { ADDON, addonFolder, isAddon, unfitFor } from '../setup/addon.ts';
import { tensorflowRoot } from '../setup/locations.ts';
import { SETUP } from '../setup/releases.ts';

/** What the addon with the fused operations offers besides registering them. */
export interface NativeAddon {
  /** The names of the operations that it has registered with TensorFlow. */
  readonly operations: readonly string[];
  /** The number of threads its operations use; the results are the same bits for any. */
  setThreads(count: number): void;
  /** Takes the instructions with at most so many float32 lanes (16, 8 or 4) and returns how many it has; for tests. */
  setVector(lanes: number): number;
}

export type LoadedAddon =
  | { readonly path: string; readonly native: NativeAddon }
  | { readonly absent: string; readonly remedy?: string };

/** Loads the addon, and with it registers its operations; TensorFlow must have been loaded before, from `tfjsNode`. */
export async function loadAddon(tfjsNode: string, cacheDir?: string): Promise<LoadedAddon> {
  const folder = addonFolder(tensorflowRoot(cacheDir));
  if (!existsSync(folder)) return whyAbsent(folder, tfjsNode);
  const [damaged] = await damagedFiles(folder, { trustDates: true });
  if (damaged) return { absent: notAsInstalled(folder, damaged), remedy: SETUP };
  const path = join(folder, ADDON);
  try {
    return { path, native: createRequire(import.meta.url)(path) as NativeAddon };
  } catch (error) {
    return { absent: `${path} does not load: ${(error as Error).message}`, remedy: `${SETUP} --force` };
  }
}

function whyAbsent(folder: string, tfjsNode: string): LoadedAddon {
  const unfit = unfitFor(tfjsNode);
  if (unfit) return { absent: unfit };
  const root = dirname(folder);
  const others = existsSync(root) ? readdirSync(root).filter(isAddon) : [];
  const absent = others.length > 0 ? 'those that are there belong to another version' : 'they were not built yet';
  return { absent, remedy: SETUP };
}
