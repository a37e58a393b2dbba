import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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

  it('leaves nothing behind when the build fails', async () => {
    const failing = async (folder: string) => {
      await writeFile(join(folder, 'half'), '');
      throw new Error('no compiler');
    };
    await expect(install(target, failing)).rejects.toThrow('no compiler');
    expect(await readdir(root)).toEqual([]);
  });

  it('does not count a folder as complete after its process was killed, and replaces it', async () => {
    const child = await startSlowBuild(target);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    expect(isInstalled(target)).toBe(false);
    expect(await readdir(root)).toEqual([`library.partial-${child.pid}`]);

    expect(await install(target, write('whole'))).toBe(true);
    expect(isInstalled(target)).toBe(true);
    expect(await readdir(root)).toEqual(['library']);
  });

  it('keeps what another running process is building', async () => {
    const child = await startSlowBuild(target);
    try {
      await install(target, write('ours'));
      expect((await readdir(root)).sort()).toEqual(['library', `library.partial-${child.pid}`]);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('installs again when a file was cut short', async () => {
    await install(target, write('complete'));
    await writeFile(join(target, 'lib.so'), 'comp');
    expect(isInstalled(target)).toBe(false);
    expect(await install(target, write('complete'))).toBe(true);
    expect(isInstalled(target)).toBe(true);
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

/** A process that does what `install` does up to the middle of a build, and waits there. */
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
