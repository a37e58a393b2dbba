import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { root } from './lib/process.mjs';
import { workspace } from './lib/workspace.mjs';

// Each ```ts block of a README is a complete program. It runs as it stands, in a folder outside the workspace that has the packages
// "installed" (links to their sources, so that nothing needs to be built first).
const user = mkdtempSync(path.join(tmpdir(), 'pixelrnn-readme-'));
const readmes = [{ folder: '.', manifest: { name: 'the root' } }, ...workspace()];

function programs(folder: string): string[] {
  const readme = path.join(root, folder, 'README.md');
  const text = existsSync(readme) ? readFileSync(readme, 'utf8') : '';
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
}

function installLinks() {
  const modules = path.join(user, 'node_modules');
  mkdirSync(path.join(modules, '@pixelrnn'), { recursive: true });
  for (const { folder, manifest } of workspace()) {
    symlinkSync(path.join(root, folder), path.join(modules, manifest.name), 'dir');
  }
  mkdirSync(path.join(modules, '@tensorflow'));
  for (const name of readdirSync(path.join(root, 'node_modules', '@tensorflow'))) {
    symlinkSync(path.join(root, 'node_modules', '@tensorflow', name), path.join(modules, '@tensorflow', name), 'dir');
  }
  writeFileSync(path.join(user, 'package.json'), JSON.stringify({ type: 'module' }));
}

installLinks();
beforeEach(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {}); // what they show is for readers
  await tf.setBackend('cpu');
});
afterAll(() => rmSync(user, { recursive: true, force: true }));

describe.each(readmes)('README of $manifest.name', ({ folder, manifest }) => {
  const blocks = programs(folder);

  it.runIf(folder.startsWith('packages/'))('shows how it is used', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  it.each(blocks.map((code, index) => ({ code, index })))('program $index runs', async ({ code, index }) => {
    const file = path.join(user, `${manifest.name.replace(/\W/g, '-')}-${index}.ts`);
    writeFileSync(file, code);
    await import(/* @vite-ignore */ file);
  });
});
