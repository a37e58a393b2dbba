// `vitest run --config conformance/src/mutations.config.ts`: a project for each mutation, in which its change is made while the file is
// loaded, on no disk, and of which only the test runs that must fail. scripts/check-mutations.mjs judges what they report.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type Plugin, type TestProjectInlineConfiguration } from 'vitest/config';
import ordinary from '../../vitest.config.ts';
import { MUTATIONS, type Mutation } from './mutations.ts';

const root = resolve(import.meta.dirname, '../..');

function mutate({ name, file: path, from, to }: Mutation): Plugin {
  const file = resolve(root, path);
  const parts = readFileSync(file, 'utf8').split(from);
  if (parts.length !== 2)
    throw new Error(`mutations: ${name}: wanted the line once in ${path}, got it ${parts.length - 1} times`);
  return { name: 'mutate', enforce: 'pre', load: (id) => (id === file ? parts.join(to) : undefined) };
}

function project(mutation: Mutation): TestProjectInlineConfiguration {
  const own = {
    name: mutation.name,
    include: [mutation.test],
    // Vitest takes a pattern for each project, though its types know only one for all.
    testNamePattern: mutation.title.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  };
  return { ...ordinary, root, plugins: [mutate(mutation)], test: { ...ordinary.test, ...own } };
}

export default defineConfig({ test: { root, projects: MUTATIONS.map(project) } });
