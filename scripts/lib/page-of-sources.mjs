// A page and its chunks, bundled from the sources as for a user's site.
import path from 'node:path';
import { build } from 'esbuild';
import { wasmOfTensorflow } from './chromium.mjs';

/**
 * @param {string} entry the page's program
 * @returns {Promise<Map<string, Uint8Array>>} the files by their paths, as `runPage` serves them
 */
export async function pageOfSources(entry) {
  const { outputFiles } = await build({
    entryPoints: { page: entry },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@pixelrnn/source'],
    splitting: true,
    outdir: '/',
    write: false,
    logLevel: 'error',
  });
  const page = new TextEncoder().encode('<!doctype html><script type="module" src="page.js"></script>');
  const files = new Map([wasmOfTensorflow(), ['/', page]]);
  for (const file of outputFiles) files.set(`/${path.basename(file.path)}`, file.contents);
  return files;
}
