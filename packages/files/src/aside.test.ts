import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aside, partialFolder } from './aside.ts';

let root: string;
let target: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pixelrnn-aside-'));
  target = join(root, 'library');
});
afterEach(() => rm(root, { recursive: true }));

it('works in a sibling and removes it', async () => {
  expect(await aside(target, async (folder) => [await readdir(root), await readdir(folder)])).toEqual([
    [expect.stringMatching(new RegExp(`^library\\.partial-[\\da-f]{8}-${process.pid}-[\\da-f]{8}$`))],
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
  const [theirs, left] = [running, killed].map(({ pid }) => partialFolder(join(root, 'addon'), pid));
  for (const folder of [theirs, left]) await mkdir(folder);
  await aside(target, async () => {});
  expect(await readdir(root)).toEqual([basename(theirs)]);
  running.kill('SIGKILL');
});

it('removes what was left on another machine, or by a former version, once nothing has happened there for a day', async () => {
  const elsewhere = ['addon.partial-0123abcd-1-89abcdef', 'addon.partial-99999999'];
  for (const name of elsewhere) await mkdir(join(root, name));
  await aside(target, async () => {});
  expect((await readdir(root)).sort()).toEqual(elsewhere);
  const yesterday = Date.now() / 1000 - 90_000;
  await utimes(join(root, elsewhere[0]), yesterday, yesterday);
  await aside(target, async () => {});
  expect(await readdir(root)).toEqual([elsewhere[1]]);
});

it('gives each of two who work on the same a folder of its own', async () => {
  const both = await Promise.all([1, 2].map(() => aside(target, async (folder) => [folder, await readdir(folder)])));
  expect(new Set(both.map(([folder]) => folder)).size).toBe(2);
  expect(await readdir(root)).toEqual([]);
});

function start(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  return new Promise((resolve) => child.once('spawn', () => resolve(child)));
}
