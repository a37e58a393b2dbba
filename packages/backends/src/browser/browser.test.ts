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
  const hashes = new Set<string>();
  for (const { backend, on, query = '', isIsolated } of [
    { backend: 'wasm', on: 'WebAssembly SIMD on 1 thread' },
    { backend: 'wasm', on: 'WebAssembly SIMD on 3 threads', query: '&threads=3', isIsolated: true },
    { backend: 'wasm', on: 'WebAssembly SIMD on 1 thread, memory cannot be shared here', query: '&threads=2' },
    { backend: 'webgpu', on: expect.any(String) },
  ] as const)
    it(`the fused kernels agree with stock operations on ${backend}: ${on}`, { tags: slowIn(backend) }, async () => {
      const report = (await runBundled(PAGE, `backend=${backend}${query}`, isIsolated)) as PageReport;
      if ('error' in report) throw new Error(report.error);
      expect(report.started.backend).toBe(backend);
      expect(report.started.tried.at(-1)?.detail).toEqual(on);
      expect(report.started.fused).toContain('PixelrnnLstmScan');
      expect(report.distances.length).toBeGreaterThan(10);
      expect(report.distances.filter(({ distance }) => !(distance < TOLERANCE[backend]))).toEqual([]);
      if (backend === 'wasm') hashes.add(report.sha256);
    });

  it('on wasm they have the same bits on any number of threads', () => {
    expect(hashes.size).toBe(1);
  });
});
