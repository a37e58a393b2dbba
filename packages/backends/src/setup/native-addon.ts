import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a library's search path names the folder that the library itself stands in. */
export const ORIGIN = process.platform === 'darwin' ? '@loader_path' : '$ORIGIN';

/** The version of Node-API that tfjs-node is built for: the highest it offers that this Node.js has. */
export function napiVersion(tfjsNode: string): number {
  const manifest = JSON.parse(readFileSync(join(tfjsNode, 'package.json'), 'utf8')) as TfjsNodeManifest;
  return Math.max(...manifest.binary.napi_versions.filter((version) => version <= Number(process.versions.napi)));
}

/** Where tfjs-node looks for its binding. */
export function bindingPath(tfjsNode: string): string {
  return join(tfjsNode, 'lib', `napi-v${napiVersion(tfjsNode)}`, 'tfjs_binding.node');
}

interface TfjsNodeManifest {
  readonly binary: { readonly napi_versions: readonly number[] };
}
