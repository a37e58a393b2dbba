import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const MAC = process.platform === 'darwin';

/** How a library's search path names the folder that the library itself stands in. */
export const ORIGIN = MAC ? '@loader_path' : '$ORIGIN';

/** How a compiler makes an addon: Node.js itself provides the N-API functions when it loads one. */
export const SHARED_OBJECT: readonly string[] = MAC
  ? ['-fPIC', '-bundle', '-undefined', 'dynamic_lookup']
  : ['-fPIC', '-shared'];

/** The folder of `node_api.h`. */
export function nodeApiHeaders(): string {
  return join(dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')), 'include');
}

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
