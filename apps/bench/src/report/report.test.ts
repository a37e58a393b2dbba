import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { appendRows } from '../results/files.ts';
import { exampleRow } from '../results/row.fixture.ts';
import { writeReport } from './report.ts';

const folder = await mkdtemp(join(tmpdir(), 'pixelrnn-bench-report-'));
afterAll(() => rm(folder, { recursive: true }));
const [results, docs] = [join(folder, 'results'), join(folder, 'docs')];

it('writes tables and figures of every device', async () => {
  const kernel = { preset: 'lstm-scan-row-h16', gflops: 60, peakGflops: 80 };
  await appendRows(results, [
    exampleRow({ medianMs: 70 }),
    exampleRow({ medianMs: 60 }),
    exampleRow({ backend: 'torch', medianMs: 132 }),
    exampleRow({ task: 'train-stock/mnist-row-lstm', medianMs: 900 }),
    exampleRow({ task: 'kernel/lstm-scan-row-h16/forward', ...kernel }),
    exampleRow({ task: 'kernel/lstm-scan-row-h16/both', ...kernel }),
    exampleRow({ task: 'sample/mnist-row-lstm', backend: 'kernels', medianMs: 2000, imagesPerSecond: 8 }),
    exampleRow({ task: 'sample/mnist-row-lstm/pass', backend: 'kernels', medianMs: 1600 }),
    exampleRow({ task: 'sample-naive/mnist-row-lstm', backend: 'wasm', medianMs: 250_000, imagesPerSecond: 0.064 }),
    exampleRow({ task: 'quality-2min/mnist-row-lstm', medianMs: 120_000, nats: 88.7, steps: 4000 }),
    exampleRow({ task: 'quality-2min/mnist-pixel-vae', preset: 'mnist-pixel-vae', nats: 91.2, steps: 900 }),
    exampleRow({ device: 'NVIDIA H200', backend: 'webgpu' }),
  ]);
  const files = await writeReport({ results, docs });
  const text = await readFile(join(docs, 'benchmarks.md'), 'utf8');
  expect(files).toEqual(
    [
      'figures/amd-epyc-2-cores-train.svg',
      'figures/amd-epyc-2-cores-kernels.svg',
      'figures/nvidia-h200-train.svg',
      'benchmarks.md',
    ].map((file) => join(docs, file)),
  );
  expect(text.match(/^##+ .*/gm)).toEqual([
    '## AMD EPYC, 2 cores',
    '### Training step',
    '### Against PyTorch',
    "### On TensorFlow.js's own operations",
    '### Kernels',
    '### Sampling',
    '### Time to quality',
    '## NVIDIA H200',
    '### Training step',
  ]);
  expect(text).toContain('2.20'); // 132 / 60: the latest row counts
  expect(text).toContain('75 %');
  expect(text).toMatch(/mnist-row-lstm +\| cached +\| +2\.00 \| +8\.00 \| +1\.25 \| +125 \|/);
  expect(text).toMatch(/mnist-row-lstm .* 88\.7 +\|/);
  expect(text).toMatch(/mnist-pixel-vae .* 91\.2 \(upper bound\) \|/);
  expect(text).toContain('![train](figures/amd-epyc-2-cores-train.svg)');
  const svg = await readFile(join(docs, 'figures/amd-epyc-2-cores-train.svg'), 'utf8');
  expect(svg).toMatch(/^<svg/);
  expect(svg).toContain('mnist-row-lstm');
});

it('says where there is nothing to report', async () => {
  await expect(writeReport({ results: docs, docs })).rejects.toThrow('found none');
});
