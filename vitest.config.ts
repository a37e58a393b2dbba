import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';
import { MUTATIONS } from './conformance/src/mutations.ts';

const source = '@pixelrnn/source';

/** Makes one change of the table of mutations while the file is loaded. */
function mutate(name: string): Plugin {
  const mutation = MUTATIONS.find((candidate) => candidate.name === name);
  if (!mutation) throw new Error(`vitest.config: no mutation "${name}"`);
  const file = resolve(import.meta.dirname, mutation.file);
  return {
    name: 'mutate',
    enforce: 'pre',
    load: (id) => (id === file ? readFileSync(file, 'utf8').replace(mutation.from, mutation.to) : undefined),
  };
}

/** Debian's Chromium carries a software implementation of Vulkan: WebGPU runs on it where the system has no driver. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const DRIVERS = '/usr/share/vulkan/icd.d';

function softwareVulkan(): Record<string, string> {
  const hasDriver = existsSync(DRIVERS) && readdirSync(DRIVERS).length > 0;
  if (process.env.VK_ICD_FILENAMES !== undefined || hasDriver || !existsSync(SWIFTSHADER)) return {};
  return { VK_ICD_FILENAMES: SWIFTSHADER };
}

const mutation = process.env.PIXELRNN_MUTATION;

export default defineConfig({
  plugins: mutation ? [mutate(mutation)] : [],
  resolve: { conditions: [source] },
  ssr: { resolve: { conditions: [source], externalConditions: [source] } },
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'conformance/src/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    env: softwareVulkan(),
    setupFiles: ['./vitest.setup.ts'],
    pool: 'forks',
    maxConcurrency: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
