import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { appendRows, readFolder, readRows } from './files.ts';
import { exampleRow } from './row.fixture.ts';
import { latest } from './row.ts';

const folder = await mkdtemp(join(tmpdir(), 'pixelrnn-bench-results-'));
afterAll(() => rm(folder, { recursive: true }));

it('keeps one file per device and every row ever written', async () => {
  const first = exampleRow({ device: 'A CPU, 2 cores', medianMs: 10 });
  const second = exampleRow({ device: 'A CPU, 2 cores', medianMs: 9, fused: true, commit: undefined });
  const other = exampleRow({ device: 'NVIDIA H200' });
  await appendRows(folder, [first]);
  await appendRows(folder, [second, other]);
  expect(await readdir(folder)).toEqual(['a-2-cores.csv', 'nvidia-h200.csv']);
  const rows = await readRows(join(folder, 'a-2-cores.csv'));
  expect(rows).toEqual([first, second].map((row) => JSON.parse(JSON.stringify(row))));
  expect(latest(await readFolder(folder)).map(({ medianMs }) => medianMs)).toEqual([9, other.medianMs]);
});

it('refuses files that are not its own', async () => {
  const file = join(folder, 'else.csv');
  await writeFile(file, 'name,task\nx,y\n');
  await expect(readRows(file)).rejects.toThrow('holds no results');
  await expect(appendRows(folder, [exampleRow({ device: 'Else' })])).rejects.toThrow('has other columns');
});
