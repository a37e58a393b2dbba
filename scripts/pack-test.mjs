// Installs the packed packages in empty folders outside the workspace, as users do, runs small programs there, and builds a page of all
// packages that run in browsers.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { install } from './install.mjs';
import { pack } from './lib/pack.mjs';
import { main, node, npm, readJson, root } from './lib/process.mjs';
import { tryPage } from './lib/try-page.mjs';

/** Programs of `pack-test/`, each with the packages that it is given; undefined: all of them. */
const PROGRAMS = [
  { program: 'own.mjs', packages: undefined, page: 'page.mjs' },
  { program: 'one-layer.mjs', packages: ['kernels', 'core', 'layers'] },
];
const TFJS = `@tensorflow/tfjs@${readJson(path.join(root, 'node_modules', '@tensorflow', 'tfjs', 'package.json')).version}`;

/** Runs a program, with its neighbors, in a new folder, in which npm has installed the tarballs and TensorFlow.js. */
async function tryOut(program, tarballs, folder) {
  cpSync(path.join(root, 'scripts', 'pack-test'), folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await npm(['install', '--no-audit', '--no-fund', '--prefer-offline', TFJS, ...tarballs], { cwd: folder });
  await node(['--test-reporter=spec', program], { cwd: folder });
}

await main(async () => {
  await install();
  const folder = mkdtempSync(path.join(tmpdir(), 'pixelrnn-pack-'));
  try {
    const packed = await pack(folder);
    for (const { program, packages, page } of PROGRAMS) {
      const wanted = packed.filter(({ name }) => !packages || packages.includes(name.replace('@pixelrnn/', '')));
      console.log(`\n${program} with ${wanted.map(({ name }) => name).join(', ')}`);
      const home = path.join(folder, program.replace('.mjs', ''));
      const tarballs = wanted.map(({ tarball }) => tarball);
      await tryOut(program, tarballs, home);
      if (page) await tryPage(page, home);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
