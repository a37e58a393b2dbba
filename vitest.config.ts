import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

const source = '@pixelrnn/source';

/** Debian's Chromium carries a software implementation of Vulkan: WebGPU runs on it where the system has no driver. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const DRIVERS = '/usr/share/vulkan/icd.d';

function softwareVulkan(): Record<string, string> {
  const hasDriver = existsSync(DRIVERS) && readdirSync(DRIVERS).length > 0;
  if (process.env.VK_ICD_FILENAMES !== undefined || hasDriver || !existsSync(SWIFTSHADER)) return {};
  return { VK_ICD_FILENAMES: SWIFTSHADER };
}

/** A folder for all temporary files, which also takes with it what a skipped or a killed test leaves. */
function ownTemporaryFolder(): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'pixelrnn-tests-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return { TMPDIR: folder };
}

const ALL = [
  'packages/*/{src,test}/**/*.test.ts',
  'apps/*/src/**/*.test.ts',
  'examples/*/src/**/*.test.ts',
  'conformance/src/**/*.test.ts',
  'scripts/**/*.test.ts',
];
/** Tests that know nothing of TensorFlow.js need not wait for it. */
const PLAIN = [
  'packages/{data,files,kernels,pretrained,shell}/{src,test}/**/*.test.ts',
  'conformance/src/oracle/*.test.ts',
  'scripts/**/!(readme).test.ts',
];
/** Tests that leave nothing behind them (no kernels, no names in registries, no mocks) share processes, and so load it once in each. */
const TENSORS = ['packages/{codec,core,generate,layers,models,testing,trainer,weights}/{src,test}/**/*.test.ts'];

/** Of each project by itself: what `extends` takes from all is joined to it, and could not be left out. */
export const SETUP = ['./vitest.setup.ts'];

export default defineConfig({
  resolve: { conditions: [source] },
  ssr: { resolve: { conditions: [source], externalConditions: [source] } },
  test: {
    env: { ...softwareVulkan(), ...ownTemporaryFolder() },
    tags: [
      {
        name: 'slow',
        description: 'not in `npm test`; `npm run check:slow` runs these and no others',
        timeout: 900_000,
      },
      {
        name: 'device',
        description: 'whole networks on WebGPU: seconds on a GPU, half an hour in software; `.ci/run` leaves them out',
      },
    ],
    projects: [
      { extends: true, test: { name: 'plain', include: PLAIN } },
      { extends: true, test: { name: 'tensors', include: TENSORS, isolate: false, setupFiles: SETUP } },
      {
        extends: true,
        test: {
          name: 'apart',
          include: ALL,
          exclude: [...configDefaults.exclude, ...PLAIN, ...TENSORS],
          setupFiles: SETUP,
        },
      },
    ],
    pool: 'forks',
    maxWorkers: availableParallelism(),
    maxConcurrency: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
