import { existsSync, readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const source = '@pixelrnn/source';

/** Debian's Chromium carries a software implementation of Vulkan: WebGPU runs on it where the system has no driver. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const DRIVERS = '/usr/share/vulkan/icd.d';

function softwareVulkan(): Record<string, string> {
  const hasDriver = existsSync(DRIVERS) && readdirSync(DRIVERS).length > 0;
  if (process.env.VK_ICD_FILENAMES !== undefined || hasDriver || !existsSync(SWIFTSHADER)) return {};
  return { VK_ICD_FILENAMES: SWIFTSHADER };
}

export default defineConfig({
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
    tags: [
      {
        name: 'slow',
        description: 'not in `npm test`; `npm run check:slow` runs these and no others',
        timeout: 900_000,
      },
    ],
    setupFiles: ['./vitest.setup.ts'],
    pool: 'forks',
    maxConcurrency: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
