import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** How a compiler makes an addon: Node.js itself provides the N-API functions when it loads one. */
export const SHARED_OBJECT: readonly string[] =
  process.platform === 'darwin' ? ['-fPIC', '-bundle', '-undefined', 'dynamic_lookup'] : ['-fPIC', '-shared'];

/** The folder of `node_api.h`. */
export function nodeApiHeaders(): string {
  return join(dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')), 'include');
}
