// Installs the packed packages in empty folders outside the workspace, as users do, runs small programs there, and builds a page of all
// packages that run in browsers.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { install } from './install.mjs';
import { BUNDLERS } from './lib/bundlers.mjs';
import { chromium, NO_CHROMIUM, runPage, wasmOfTensorflow } from './lib/chromium.mjs';
import { pack } from './lib/pack.mjs';
import { main, node, npm, readJson, root } from './lib/process.mjs';
import { reportMissing } from './lib/required.mjs';

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

/** Where bundlers bring the files along that a package names with `new URL(…, import.meta.url)`; esbuild leaves that to the user. */
const WITH_FILES = ['vite', 'webpack'];

/** Builds a page with each bundler; in Chromium it must draw what Node draws. */
async function tryPage(page, folder) {
  const draw = `import { draw } from './draw.mjs'; console.log(JSON.stringify(await draw()))`;
  const drawn = JSON.parse(await node(['--input-type=module', '-e', draw], { cwd: folder, capture: true }));
  if (!chromium) reportMissing('browser', NO_CHROMIUM);
  for (const [name, build] of Object.entries(BUNDLERS)) {
    const out = path.join(folder, `built-with-${name}`);
    await build(folder, page, out);
    console.log(`${page} is built with ${name}`);
    if (!chromium || !WITH_FILES.includes(name)) continue;
    const report = await runPage(new Map([...filesOf(out), wasmOfTensorflow()]));
    assert.ok(!report.error, report.error);
    assert.deepEqual(report.drawn, drawn);
    assert.equal(report.backend, 'wasm');
    for (const [what, count] of Object.entries({ fused: report.fused, ...report.exported })) assert.ok(count > 0, what);
    console.log(`and draws in Chromium what Node draws, on ${report.backend} with ${report.fused} fused kernels`);
  }
}

/** All files below a folder, by their paths on a server. */
function filesOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap(({ parentPath, name }) => {
    const file = path.join(parentPath, name);
    const url = `/${path.relative(folder, file).replaceAll(path.sep, '/')}`;
    return [url, ...(url === '/index.html' ? ['/'] : [])].map((at) => [at, readFileSync(file)]);
  });
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
