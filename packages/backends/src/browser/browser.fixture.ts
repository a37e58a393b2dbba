import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

/** Chromium or Chrome, from `CHROMIUM` or where systems keep it. */
export const chromium: string | undefined = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((candidate) => candidate !== undefined && existsSync(candidate));

/** Less than a test may take, so that the browser is ended in any case. */
const PATIENCE_MS = 100_000;

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--no-first-run',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // WebGPU in software, so that the test does not depend on a GPU.
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

/** The page and its chunks by their path, bundled from the sources as for a user's site. */
async function bundle(entry: string): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: { page: entry },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@pixelrnn/source'],
    // What only Node loads lies in chunks of its own, which the page never asks for.
    splitting: true,
    external: ['node:*'],
    outdir: '/',
    write: false,
    logLevel: 'error',
  });
  const files = new Map<string, Uint8Array>(outputFiles.map((file) => [`/${path.basename(file.path)}`, file.contents]));
  const wasm = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  const name = 'tfjs-backend-wasm-simd.wasm';
  files.set(`/${name}`, await readFile(path.join(wasm, 'dist', name)));
  files.set('/', new TextEncoder().encode('<!doctype html><script type="module" src="page.js"></script>'));
  return files;
}

const TYPES: { readonly [extension: string]: string } = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** Bundles `entry` into a page, opens it in headless Chromium with `query`, and returns what it posts to `/report`. */
export async function runPage(entry: string, query: string): Promise<unknown> {
  const files = await bundle(entry);
  const profile = await mkdtemp(path.join(tmpdir(), 'pixelrnn-chromium-'));
  let resolve: (report: unknown) => void;
  let reject: (error: Error) => void;
  const report = new Promise((...settle) => {
    [resolve, reject] = settle;
  });
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'POST') {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      response.end();
      resolve(JSON.parse(Buffer.concat(parts).toString()));
      return;
    }
    const body = files.get(pathname);
    const type = TYPES[path.extname(pathname)] ?? 'text/html';
    response.writeHead(body ? 200 : 404, { 'content-type': type }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/?${query}`;
  const browser = spawn(chromium!, [...FLAGS, `--user-data-dir=${profile}`, url], { stdio: 'ignore' });
  browser.on('error', (error) => reject(error));
  browser.on('exit', (code) => reject(new Error(`${chromium} ended with ${code} before the page had reported`)));
  const late = setTimeout(() => reject(new Error(`the page has not reported for ${PATIENCE_MS} ms`)), PATIENCE_MS);
  try {
    return await report;
  } finally {
    clearTimeout(late);
    if (browser.exitCode === null && browser.signalCode === null) {
      browser.kill();
      await once(browser, 'exit');
    }
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
