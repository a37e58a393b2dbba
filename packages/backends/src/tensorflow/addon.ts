import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { addonPath } from '../setup/addon.ts';
import { tensorflowRoot } from '../setup/locations.ts';

/** What the addon with the fused operations offers besides registering them. */
export interface NativeAddon {
  /** The names of the operations that it has registered with TensorFlow. */
  readonly operations: readonly string[];
  /** The number of threads its operations use; the results are the same bits for any. */
  setThreads(count: number): void;
  /** Takes the instructions with at most so many float32 lanes (16, 8 or 4) and returns how many it has; for tests. */
  setVector(lanes: number): number;
}

export type LoadedAddon = { readonly path: string; readonly native: NativeAddon } | { readonly absent: string };

/** Loads the addon, and with it registers its operations; TensorFlow must have been loaded before. */
export function loadAddon(cacheDir?: string): LoadedAddon {
  const path = addonPath(tensorflowRoot(cacheDir));
  if (!existsSync(path)) return { absent: `${path} was not built; run \`pixelrnn setup tensorflow\`` };
  try {
    return { path, native: createRequire(import.meta.url)(path) as NativeAddon };
  } catch (error) {
    return { absent: `${path} does not load: ${(error as Error).message}` };
  }
}
