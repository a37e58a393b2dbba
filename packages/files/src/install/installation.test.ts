import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { damagedFiles, install, isInstalled } from './installation.ts';

let root: string;
let target: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pixelrnn-installation-'));
  target = join(root, 'library');
});
afterEach(() => rm(root, { recursive: true }));

const write = (content: string) => async (folder: string) => {
  await writeFile(join(folder, 'lib.so'), content);
  return ['lib.so'];
};

describe('install', () => {
  it('builds once and records what it built', async () => {
    expect(await install(target, write('first'))).toBe(true);
    expect(await install(target, write('second'))).toBe(false);
    expect(await readFile(join(target, 'lib.so'), 'utf8')).toBe('first');
    expect(JSON.parse(await readFile(join(target, 'ready.json'), 'utf8'))).toEqual({
      files: [{ path: 'lib.so', bytes: 5, sha256: 'a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e' }],
    });
    expect(await readdir(root)).toEqual(['library']);
  });

  it('does not count a folder as complete whose process was killed, and builds it again', async () => {
    const child = await startSlowBuild(target);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    expect(isInstalled(target)).toBe(false);
    expect(await readdir(root)).toEqual([expect.stringMatching(/^library\.partial-/)]);

    expect(await install(target, write('whole'))).toBe(true);
    expect(isInstalled(target)).toBe(true);
    expect(await readdir(root)).toEqual(['library']);
  });

  it('installs again when a file was cut short', async () => {
    await install(target, write('complete'));
    await writeFile(join(target, 'lib.so'), 'comp');
    expect(isInstalled(target)).toBe(false);
    expect(await install(target, write('complete'))).toBe(true);
    expect(isInstalled(target)).toBe(true);
  });

  it('installs again when a byte was changed, when told to, and when a power cut has left no record', async () => {
    await install(target, write('complete'));
    await writeFile(join(target, 'lib.so'), 'c0mplete');
    expect(isInstalled(target)).toBe(true);
    expect(await install(target, write('complete'))).toBe(true);
    expect(await install(target, write('complete'))).toBe(false);
    expect(await install(target, write('another'), { force: true })).toBe(true);
    expect(await readFile(join(target, 'lib.so'), 'utf8')).toBe('another');
    for (const record of ['', '{"files": [', 'null', '{}']) {
      await writeFile(join(target, 'ready.json'), record);
      expect(isInstalled(target)).toBe(false);
      expect(await damagedFiles(target)).toEqual(['ready.json']);
      expect(await install(target, write('complete'))).toBe(true);
    }
    expect(await readdir(root)).toEqual(['library']);
  });

  it('keeps what another process has finished meanwhile', async () => {
    const late = async (folder: string) => {
      await install(join(root, 'other'), write('theirs'));
      await rename(join(root, 'other'), target);
      return write('ours')(folder);
    };
    await install(target, late);
    expect(await readFile(join(target, 'lib.so'), 'utf8')).toBe('theirs');
  });
});

describe('damagedFiles', () => {
  it('names files whose bytes have changed, even in the same length', async () => {
    await install(target, write('complete'));
    expect(await damagedFiles(target)).toEqual([]);
    await writeFile(join(target, 'lib.so'), 'c0mplete');
    expect(await damagedFiles(target)).toEqual(['lib.so']);
  });

  it('reads with trust in dates what was written to since it was last read, and until it is whole again', async () => {
    const lib = join(target, 'lib.so');
    const trusting = () => damagedFiles(target, { trustDates: true });
    await install(target, write('complete'));
    const { atime, mtime } = await stat(lib);
    expect(await trusting()).toEqual([]);

    await writeFile(lib, 'c0mplete');
    expect(await trusting()).toEqual(['lib.so']);
    expect(await trusting()).toEqual(['lib.so']);
    await writeFile(lib, 'complete');
    expect(await trusting()).toEqual([]);

    // As if the disk had changed a byte by itself: only who reads all of them finds it.
    await install(target, write('complete'), { force: true });
    await utimes(lib, atime, mtime);
    expect(await trusting()).toEqual([]);
    await writeFile(lib, 'c0mplete');
    await utimes(lib, atime, mtime);
    expect(await trusting()).toEqual([]);
    expect(await damagedFiles(target)).toEqual(['lib.so']);
    expect(await trusting()).toEqual(['lib.so']);
  });

  it('reads everything where dates were lost or cannot be noted', async () => {
    await install(target, write('complete'));
    const dates = join(target, 'verified.json');
    await rm(dates);
    await mkdir(dates); // nothing can be written there, not even by root
    expect(await damagedFiles(target, { trustDates: true })).toEqual([]);
    await writeFile(join(target, 'lib.so'), 'c0mplete');
    expect(await damagedFiles(target, { trustDates: true })).toEqual(['lib.so']);
  });
});

const FROM_SOURCE = fileURLToPath(new URL('../../../../scripts/lib/from-source.mjs', import.meta.url));
const SLOW_INSTALL = fileURLToPath(new URL('./slow-install.fixture.ts', import.meta.url));

/** A process that is in the middle of `install`: half of the files are there. */
function startSlowBuild(target: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [FROM_SOURCE, SLOW_INSTALL, target], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve) => child.stdout!.once('data', () => resolve(child)));
}
