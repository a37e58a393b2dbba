// `vitest run --config conformance/src/mutations.config.ts`: a project for each mutation, in which its change is made while the file is
// loaded, on no disk, and of which only the test runs that must fail. scripts/check-mutations.mjs judges what they report.
import { readFileSync, rmSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { defineConfig, type Plugin, type TestProjectInlineConfiguration } from 'vitest/config';
import { isMadeOf, wasmModule } from '../../packages/kernels/scripts/wasm-module.mjs';
import ordinary, { SETUP } from '../../vitest.config.ts';
import { MUTATIONS, type Mutation } from './mutations.ts';

const root = resolve(import.meta.dirname, '../..');
const CPP = resolve(root, 'packages/kernels/cpp');
const GENERATED = resolve(root, 'packages/kernels/src/generated');

/** What the projects of this run have loaded; nothing of an earlier one is believed. */
const CACHE = resolve(root, 'node_modules/.mutations');
rmSync(CACHE, { recursive: true, force: true });

/** Answers for what is read of the changed file: itself, or the WebAssembly that is compiled of it. */
function mutate({ name, file: path, from, to }: Mutation): Plugin {
  const file = resolve(root, path);
  const parts = readFileSync(file, 'utf8').split(from);
  if (parts.length !== 2)
    throw new Error(`mutations: ${name}: wanted the line once in ${path}, got it ${parts.length - 1} times`);
  const text = parts.join(to);
  const source = relative(CPP, file);
  const isKernel = !source.startsWith('..');
  const isChanged = (id: string) =>
    isKernel ? dirname(id) === GENERATED && isMadeOf(basename(id, '.ts'), source) : id === file;
  const plugin: Plugin = {
    name: 'mutate', // the same in all projects, so that they share what they have loaded of files that are not changed
    enforce: 'pre',
    load: async (id) => {
      if (!isChanged(id)) return undefined;
      return isKernel ? compiled(basename(id, '.ts'), source, text) : text;
    },
    configureVitest({ project: { vite }, experimental_defineCacheKeyGenerator: define }) {
      if (!vite.config.plugins.includes(plugin))
        throw new Error(`mutations: ${name}: wanted its own plugin in its project`);
      define(({ environment, id }) =>
        environment.config.plugins.includes(plugin) && isChanged(id) ? false : undefined);
    },
  };
  return plugin;
}

/** A module of the kernels with a changed source; half optimized, which takes half the time. */
const compiled = async (name: string, source: string, text: string): Promise<string> =>
  (await wasmModule(name, { changed: { [source]: text }, level: 1 })).text;

function project(mutation: Mutation): TestProjectInlineConfiguration {
  const own = {
    projects: undefined,
    name: mutation.name,
    include: [mutation.test],
    setupFiles: SETUP,
    experimental: { fsModuleCache: true, fsModuleCachePath: CACHE },
    // Vitest takes a pattern for each project, though its types know only one for all.
    testNamePattern: mutation.title.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  };
  return { ...ordinary, root, plugins: [mutate(mutation)], test: { ...ordinary.test, ...own } };
}

export default defineConfig({ test: { root, projects: MUTATIONS.map(project) } });
