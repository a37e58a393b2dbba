import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { appendRows } from './results/files.ts';
import { exampleRow } from './results/row.fixture.ts';
import { runHere } from './terminal.fixture.ts';

const folder = await mkdtemp(join(tmpdir(), 'pixelrnn-bench-run-'));
afterAll(() => rm(folder, { recursive: true }));

it('lists the commands that are for people', async () => {
  const { code, stdout } = await runHere(['--help']);
  expect(code).toBe(0);
  for (const name of ['run', 'compare', 'report', 'bundle']) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  expect(stdout).not.toContain('worker');
});

it.each([
  [['run', '--suite', 'slow'], 'Expected one of quick, cpu, gpu, paper.'],
  [['run', '--threads', '0'], 'Expected an integer from 1 to 1024.'],
  [['run', '--rounds', '0'], 'Expected a positive integer.'],
  [['run', '--backend', 'wasm,cuda'], 'Expected one of auto, tensorflow, webgpu, wasm, cpu.'],
  [['run', '--nonsense'], "unknown option '--nonsense'"],
  [['compare', 'one.csv'], "missing required argument 'after'"],
])('%j is wrong usage', async (args, message) => {
  const { code, stderr } = await runHere(args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

it('fails, and says why, where nothing can be measured', async () => {
  const { code, stderr } = await runHere(['run', '--only', 'train/tiny-row-lstm', '--backend', 'cpu', '--out', folder]);
  expect(code).toBe(1);
  expect(stderr).toContain('left out: cpu, 1 threads: ended with');
  expect(stderr).toContain('nothing could be measured');
});

it('compares two files', async () => {
  const [before, after] = ['before', 'after'].map((name) => join(folder, name));
  await appendRows(before, [exampleRow({ medianMs: 60 })]);
  await appendRows(after, [exampleRow({ medianMs: 30, q1Ms: 30, q3Ms: 30 })]);
  const files = [before, after].map((path) => join(path, 'amd-epyc-2-cores.csv'));
  const { code, stdout } = await runHere(['compare', ...files]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/train\/mnist-row-lstm \| tensorflow \| +1 \| +60\.0 \| +30\.0 \| +2\.00/);
  const { stdout: lines } = await runHere(['compare', ...files, '--json']);
  expect(JSON.parse(lines)).toMatchObject({ speedup: 2, withinSpread: false });
});
