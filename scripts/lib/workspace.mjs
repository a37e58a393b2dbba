// What the workspace consists of.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readJson, root } from './process.mjs';

/** Every package, app and example: its folder, relative to the root, and its package.json. */
export function workspace() {
  return ['packages', 'apps', 'examples']
    .flatMap((floor) => readdirSync(path.join(root, floor)).map((name) => `${floor}/${name}`))
    .filter((folder) => existsSync(path.join(root, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readJson(path.join(root, folder, 'package.json')) }));
}
