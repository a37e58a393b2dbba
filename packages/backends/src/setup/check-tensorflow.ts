import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { damagedFiles } from '@pixelrnn/files';
import { addonFolder } from './addon.ts';
import { tensorflowHome, tensorflowRoot } from './locations.ts';

/**
 * Compares every byte of the native libraries that `setupTensorflow` has installed with their checksums, which a start does
 * only for files that were written to since.
 *
 * @returns the files that are not what was installed; they will not be loaded
 */
export async function checkTensorflow(cacheDir?: string): Promise<string[]> {
  const root = tensorflowRoot(cacheDir);
  const folders = [tensorflowHome(root, true), tensorflowHome(root), addonFolder(root)].filter((path) =>
    existsSync(path),
  );
  const damaged = folders.map(async (folder) => (await damagedFiles(folder)).map((file) => join(folder, file)));
  return (await Promise.all(damaged)).flat();
}
