import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { readJson, root } from './lib/process.mjs';
import { workspace } from './lib/workspace.mjs';

// Who may depend on whom (docs/architecture.md draws it). Apps may use every package; nothing uses an app.
const GROUND = ['kernels', 'core', 'files'];
const FIRST = [
  'layers',
  'models',
  'generate',
  'codec',
  'data',
  'trainer',
  'testing',
  'backends',
  'pretrained',
  'weights',
  'cluster',
];
const ALLOWED: Record<string, string[]> = {
  kernels: [],
  core: ['kernels'],
  files: [],
  layers: ['core', 'kernels'],
  models: ['core', 'layers'],
  generate: ['core', 'kernels'],
  data: ['core', 'files'],
  trainer: ['core', 'kernels'],
  testing: ['core', 'generate', 'kernels'],
  backends: ['kernels', 'files'],
  pretrained: [],
  weights: ['core'],
  codec: ['core', 'generate'],
  cluster: ['files', 'trainer'],
  experiment: [...GROUND, ...FIRST],
  shell: ['files'],
  cli: [...GROUND, ...FIRST, 'experiment', 'shell'],
  bench: [...GROUND, ...FIRST, 'experiment', 'shell'],
  page: ['codec', 'core', 'generate', 'models', 'pretrained', 'weights'],
};
/** Packages that must also run in a browser: no file of theirs may import a part of Node. */
const PORTABLE = ['kernels', 'core', 'layers', 'models', 'generate', 'trainer', 'weights', 'codec', 'page'];
/** Those whose main entry must, beside another for Node. */
const PORTABLE_ENTRY = ['data', 'pretrained'];
/** What belongs to Node as a whole. */
const OF_NODE = /^(node:|@pixelrnn\/(files|cluster|experiment|shell)$)/;
/** What starts a backend: only `backends` may name it. */
const HEAVY = /^(webgpu|@tensorflow\/tfjs(|-node|-node-gpu|-backend-.*))$/;
const TFJS_CORE = '@tensorflow/tfjs-core';

interface Part {
  name: string;
  app: boolean;
  runtime: string[];
  peers: string[];
  development: string[];
  /** Sources, tests apart. */
  files: string[];
  /** Packages that the sources import, each with a file that does; tests apart. */
  imports: Map<string, string>;
  testImports: Map<string, string>;
}

/** Tests, and what only they use. */
const isTest = (file: string) => /\.(test|fixture)\.ts$|\/src\/testing\//.test(file.replaceAll(path.sep, '/'));

const sourceFiles = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name));

/** `@scope/name/deep` → `@scope/name`. */
const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

function importsOf(files: string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of files) {
    for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles) {
      if (!/^[.#]/.test(fileName)) found.set(packageOf(fileName), path.relative(root, file));
    }
  }
  return found;
}

const parts: Part[] = workspace().map(({ folder, manifest }) => {
  const files = sourceFiles(path.join(root, folder, 'src'));
  return {
    name: path.basename(folder),
    app: !folder.startsWith('packages/'),
    runtime: Object.keys(manifest.dependencies ?? {}),
    peers: Object.keys(manifest.peerDependencies ?? {}),
    development: Object.keys(manifest.devDependencies ?? {}),
    files: files.filter((file) => !isTest(file)),
    imports: importsOf(files.filter((file) => !isTest(file))),
    testImports: importsOf(files.filter(isTest)),
  };
});

const siblings = (names: Iterable<string>) =>
  [...names].filter((name) => name.startsWith('@pixelrnn/')).map((name) => name.slice('@pixelrnn/'.length));
const rootManifest = readJson(path.join(root, 'package.json'));
const rootDevelopment = Object.keys(rootManifest.devDependencies);

describe.each(parts)('$name', ({ name, app, runtime, peers, development, files, imports, testImports }) => {
  it('depends only on the floors below it', () => {
    expect(ALLOWED).toHaveProperty(name);
    expect(ALLOWED[name]).toEqual(expect.arrayContaining(siblings([...runtime, ...peers])));
  });

  it('imports only what its package.json names', () => {
    const known = new Set([...runtime, ...peers, `@pixelrnn/${name}`]);
    const stray = (found: Map<string, string>, allowed: Set<string>) =>
      [...found].filter(([specifier]) => !specifier.startsWith('node:') && !allowed.has(specifier));
    expect(stray(imports, known)).toEqual([]);
    expect(stray(testImports, new Set([...known, ...development, ...rootDevelopment]))).toEqual([]);
  });

  it('has no circle of files, types included', () => {
    refuseCircles(files, neighborsOf);
  });

  it('has tfjs-core as a peer exactly if it imports it, so that there is one engine', () => {
    const needed = imports.has(TFJS_CORE);
    expect({ peer: peers.includes(TFJS_CORE), runtime: runtime.includes(TFJS_CORE) }).toEqual({
      peer: needed && !app,
      runtime: needed && app,
    });
  });

  it('leaves starting a backend to backends', () => {
    if (name === 'backends') return expect([...imports.keys()].some((specifier) => HEAVY.test(specifier))).toBe(true);
    expect([...imports].filter(([specifier]) => HEAVY.test(specifier))).toEqual([]);
    expect([...runtime, ...peers].filter((dependency) => HEAVY.test(dependency))).toEqual([]);
  });

  it.runIf(PORTABLE.includes(name))('runs in a browser: imports nothing of Node', () => {
    expect([...imports].filter(([specifier]) => OF_NODE.test(specifier))).toEqual([]);
  });
});

/** The files next to a file that it imports, for types or more. */
const neighborsOf = (file: string): string[] =>
  ts
    .preProcessFile(readFileSync(file, 'utf8'), true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => path.join(path.dirname(file), fileName));

/** @throws with the way, where what follows leads back */
function refuseCircles(names: readonly string[], next: (name: string) => readonly string[]): void {
  const done = new Set<string>();
  const visit = (name: string, trail: string[]): void => {
    if (trail.includes(name)) throw new Error(`a circle: ${[...trail, name].join(' → ')}`);
    if (done.has(name)) return;
    for (const other of next(name)) visit(other, [...trail, name]);
    done.add(name);
  };
  for (const name of names) visit(name, []);
}

/** The bare specifiers that an entry leads to through files of its package. */
function reachedFrom(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const specifiers = ts.preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles.map((i) => i.fileName);
  return specifiers.flatMap((specifier) =>
    specifier.startsWith('.') ? reachedFrom(path.join(path.dirname(file), specifier), seen) : [specifier],
  );
}

it.each(PORTABLE_ENTRY)('the main entry of %s runs in a browser: it leads to nothing of Node', (name) => {
  const entry = (file: string) => reachedFrom(path.join(root, 'packages', name, 'src', file));
  const ofNode = (specifier: string) => OF_NODE.test(specifier);
  expect(entry('index.ts').filter(ofNode)).toEqual([]);
  expect(entry('node.ts').filter(ofNode)).not.toEqual([]);
});

describe('the workspace', () => {
  it('has no circle of dependencies, tests included', () => {
    const edges = new Map(
      parts.map((part) => [part.name, siblings([...part.runtime, ...part.peers, ...part.development])]),
    );
    refuseCircles([...edges.keys()], (name) => edges.get(name) ?? []);
  });

  it('pins one pnpm', () => {
    expect(rootManifest.packageManager).toBe(`pnpm@${rootManifest.devDependencies.pnpm}`);
  });
});
