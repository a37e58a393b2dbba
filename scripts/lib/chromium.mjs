// Runs pages in browsers, none of which shows a window.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Chromium or Chrome, from `CHROMIUM` or where systems keep it. */
export const chromium = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((candidate) => candidate !== undefined && existsSync(candidate));

/** Why there is none. */
export const NO_CHROMIUM = 'no Chromium found, and CHROMIUM names none';

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

/**
 * How to open a page with an empty profile.
 * @typedef {(profile: string, url: string) => readonly [program: string, ...args: string[]]} Open
 */

/** @type {Open} */
const openChromium = (profile, url) => [String(chromium), ...FLAGS, `--user-data-dir=${profile}`, url];

/** @type {{ readonly [extension: string]: string }} */
const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' };

/**
 * The WebAssembly of TensorFlow.js, which a page has to serve beside itself, by its path there.
 * @returns {[path: string, content: Uint8Array]}
 */
export function wasmOfTensorflow() {
  const wasm = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  const name = 'tfjs-backend-wasm-simd.wasm';
  return [`/${name}`, readFileSync(path.join(wasm, 'dist', name))];
}

/** Headers of a page that is isolated from other origins: it may share memory with its workers. */
export const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/**
 * Serves the files by their paths, opens `/` with `query`, and returns what the page posts to `/report`.
 * @param {ReadonlyMap<string, Uint8Array>} files
 * @param {Readonly<Record<string, string>>} headers of every answer, as {@link ISOLATED}
 * @returns {Promise<unknown>}
 */
export async function runPage(files, query = '', open = openChromium, headers = {}) {
  const profile = await mkdtemp(path.join(tmpdir(), 'pixelrnn-browser-'));
  const { promise: report, resolve, reject } = withResolvers();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'POST') {
      const parts = [];
      for await (const part of request) parts.push(part);
      response.end();
      resolve(JSON.parse(Buffer.concat(parts).toString()));
      return;
    }
    const body = files.get(pathname);
    const type = TYPES[path.extname(pathname)] ?? 'text/html';
    response.writeHead(body ? 200 : 404, { ...headers, 'content-type': type }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${port}/?${query}`;
  const [program, ...args] = open(profile, url);
  const browser = spawn(program, args, { stdio: 'ignore', env: { ...process.env, HOME: profile } });
  browser.on('error', reject);
  browser.on('exit', (code) => reject(new Error(`${program} ended with ${code} before the page had reported`)));
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

/** `Promise.withResolvers`, which Node has from 22 on. */
function withResolvers() {
  /** @type {(value: unknown) => void} */
  let resolve = () => {};
  /** @type {(error: Error) => void} */
  let reject = () => {};
  const promise = new Promise((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}
