import path from 'node:path';
import { build } from 'esbuild';
import { ISOLATED, runPage, wasmOfTensorflow } from '../../../../scripts/lib/chromium.mjs';

/** The page and its chunks by their path, bundled from the sources as for a user's site. */
async function bundle(entry: string): Promise<Map<string, Uint8Array>> {
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
  const files = outputFiles.map((file): [string, Uint8Array] => [`/${path.basename(file.path)}`, file.contents]);
  const page = new TextEncoder().encode('<!doctype html><script type="module" src="page.js"></script>');
  return new Map([...files, wasmOfTensorflow(), ['/', page]]);
}

/** Bundles `entry` into a page, opens it in headless Chromium with `query`, and returns what it posts to `/report`. */
export const runBundled = async (entry: string, query: string, isIsolated = false): Promise<unknown> =>
  runPage(await bundle(entry), query, undefined, isIsolated ? ISOLATED : {});
