import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
});

/** A process that is in the middle of `install`: half of the files are there. */
function startSlowBuild(target: string): Promise<ChildProcess> {
  const script = `
    const { mkdirSync, writeFileSync } = require('node:fs');
    const folder = process.argv[1] + '.partial-' + process.pid;
    mkdirSync(folder);
    writeFileSync(folder + '/lib.so', 'half');
    console.log('building');
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['-e', script, target], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve) => child.stdout!.once('data', () => resolve(child)));
}
