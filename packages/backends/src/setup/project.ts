import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { bindingPath } from './native-addon.ts';

/** The folder of the `tfjs-node-gpu` or `tfjs-node` that the project depends on itself, if its binding was built. */
export function projectTfjsNode(): string | undefined {
  const require = createRequire(import.meta.url);
  for (const name of ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']) {
    const folder = folderOf(name, require);
    if (folder && existsSync(bindingPath(folder))) return folder;
  }
  return undefined;
}

function folderOf(name: string, require: NodeJS.Require): string | undefined {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
