// Installs the dependencies with the pnpm that package.json pins. Does nothing where they are there already, so that the other
// scripts can begin with it, with or without a network.
import { statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { npm, readJson, root } from './lib/process.mjs';
import { workspace } from './lib/workspace.mjs';

const installed = path.join(root, 'node_modules', '.modules.yaml');

const changed = (file) => statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Whether the last installation is newer than everything that it followed from. */
function isFresh() {
  const sources = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];
  const manifests = workspace().map(({ folder }) => `${folder}/package.json`);
  const last = changed('node_modules/.modules.yaml');
  return [...sources, ...manifests].every((file) => changed(file) < last);
}

/** Installs what the lockfile says; what npm's and pnpm's caches hold is not downloaded again. */
export async function install() {
  if (isFresh()) return;
  const { packageManager } = readJson(path.join(root, 'package.json'));
  console.log(`Installing the dependencies with ${packageManager} …`);
  const flags = ['--frozen-lockfile', '--prefer-offline', '--config.confirmModulesPurge=false'];
  await npm(['exec', '--yes', '--prefer-offline', '--', packageManager, 'install', ...flags]);
  utimesSync(installed, new Date(), new Date()); // pnpm leaves the file alone when it had nothing to do
}
