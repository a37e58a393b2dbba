// Whether a page can be built of the packages, and runs.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BUNDLERS } from './bundlers.mjs';
import { chromium, ISOLATED, NO_CHROMIUM, runPage, wasmOfTensorflow } from './chromium.mjs';
import { node } from './process.mjs';
import { reportMissing } from './required.mjs';

/** Where bundlers bring the files along that a package names with `new URL(…, import.meta.url)`; esbuild leaves that to the user. */
const WITH_FILES = ['vite', 'webpack'];

/** Builds a page of a folder, with the packages that are installed there, with each bundler; in Chromium it must draw what Node draws. */
export async function tryPage(page, folder) {
  const draw = `import { draw } from './draw.mjs'; console.log(JSON.stringify(await draw()))`;
  const drawn = JSON.parse(await node(['--input-type=module', '-e', draw], { cwd: folder, capture: true }));
  if (!chromium) reportMissing('browser', NO_CHROMIUM);
  for (const [name, build] of Object.entries(BUNDLERS)) {
    const out = path.join(folder, `built-with-${name}`);
    await build(folder, page, out);
    console.log(`${page} is built with ${name}`);
    if (!chromium || !WITH_FILES.includes(name)) continue;
    const report = await runPage(new Map([...filesOf(out), wasmOfTensorflow()]), '', undefined, ISOLATED);
    assert.ok(!report.error, report.error);
    assert.deepEqual(report.drawn, drawn);
    assert.deepEqual(report.inWorkers, drawn);
    assert.equal(report.backend, 'wasm');
    assert.match(report.detail, /on 2 threads$/);
    for (const [what, count] of Object.entries({ fused: report.fused, ...report.exported })) assert.ok(count > 0, what);
    console.log(
      `and draws in Chromium what Node draws, in workers too, with ${report.fused} fused kernels as ${report.detail}`,
    );
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
