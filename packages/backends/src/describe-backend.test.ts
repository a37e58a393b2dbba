import { describe, expect, it } from 'vitest';
import type { BackendReport } from './backend-report.ts';
import { describeBackend } from './describe-backend.ts';

const remedy = 'pixelrnn setup tensorflow';
const wasm = { name: 'wasm', ok: true, detail: 'SIMD, 1 thread' } as const;
const noGpu = { name: 'webgpu', ok: false, reason: 'there is no GPU' } as const;
const report = (...tried: BackendReport['tried']): BackendReport => ({
  backend: tried.find(({ ok }) => ok)!.name,
  tried,
  fused: [],
});

describe('one line says', () => {
  it('what runs', () => {
    expect(describeBackend(report(noGpu, wasm))).toBe('running on wasm (SIMD)');
    expect(describeBackend(report({ name: 'cpu', ok: true }))).toBe('running on cpu');
  });

  it('what would be faster, why it does not run, and what mends it', () => {
    const tensorflow = { name: 'tensorflow', ok: false, reason: 'TensorFlow is not set up', remedy } as const;
    expect(describeBackend(report(tensorflow, noGpu, wasm))).toBe(
      'running on wasm (SIMD); tensorflow would be faster: TensorFlow is not set up; run `pixelrnn setup tensorflow`',
    );
  });

  it('that what runs could be faster', () => {
    const tensorflow = { name: 'tensorflow', ok: true, detail: 'cpu, /x', notFused: 'not built yet', remedy } as const;
    expect(describeBackend(report(tensorflow))).toBe(
      'running on tensorflow (cpu), not at its full speed: it has no fused kernels: not built yet; run `pixelrnn setup tensorflow`',
    );
  });
});
