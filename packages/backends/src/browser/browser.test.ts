import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { chromium, NO_CHROMIUM } from '../../../../scripts/lib/chromium.mjs';
import { reportMissing } from '../../../../scripts/lib/required.mjs';
import { runBundled } from './browser.fixture.ts';
import type { PageReport } from './page.fixture.ts';

const PAGE = path.join(import.meta.dirname, 'page.fixture.ts');
/** Float32 sums in another order; WGSL also leaves exp a few bits. */
const TOLERANCE = { wasm: 1e-5, webgpu: 1e-4 };

/** Where WebGPU runs in software. */
const slowIn = (backend: string) => (backend === 'webgpu' ? ['slow'] : []);

if (!chromium) reportMissing('browser', NO_CHROMIUM);

describe.skipIf(!chromium)('in a browser', () => {
  for (const backend of ['wasm', 'webgpu'] as const)
    it(`the fused kernels agree with stock operations on ${backend}`, { tags: slowIn(backend) }, async () => {
      const report = (await runBundled(PAGE, `backend=${backend}`)) as PageReport;
      if ('error' in report) throw new Error(report.error);
      expect(report.started.backend).toBe(backend);
      expect(report.started.fused).toContain('PixelrnnLstmScan');
      expect(report.distances.length).toBeGreaterThan(10);
      expect(report.distances.filter(({ distance }) => !(distance < TOLERANCE[backend]))).toEqual([]);
    });
});
