import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aside } from './aside.ts';

let root: string;
let target: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pixelrnn-aside-'));
  target = join(root, 'library');
});
afterEach(() => rm(root, { recursive: true }));

it('works in a sibling and removes it', async () => {
  expect(await aside(target, async (folder) => [await readdir(root), await readdir(folder)])).toEqual([
    [`library.partial-${process.pid}`],
    [],
  ]);
  expect(await readdir(root)).toEqual([]);
});

it('removes it after a failure too', async () => {
  const failing = () => Promise.reject(new Error('no compiler'));
  await expect(aside(target, failing)).rejects.toThrow('no compiler');
  expect(await readdir(root)).toEqual([]);
});

it('removes what killed processes have left, and nothing of one that runs', async () => {
  const [running, killed] = [await start(), await start()];
  const gone = new Promise((resolve) => killed.once('exit', resolve));
  killed.kill('SIGKILL');
  await gone;
  await mkdir(join(root, `addon.partial-${running.pid}`));
  await mkdir(join(root, `addon.partial-${killed.pid}`));
  await aside(target, async () => {});
  expect(await readdir(root)).toEqual([`addon.partial-${running.pid}`]);
  running.kill('SIGKILL');
});

function start(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  return new Promise((resolve) => child.once('spawn', () => resolve(child)));
}
