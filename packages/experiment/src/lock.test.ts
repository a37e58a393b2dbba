import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { type FileSystem, NODE_FILES } from '@pixelrnn/data/node';
import { expect, it } from 'vitest';
import { lockPath, lockRun } from './lock.ts';
import { diskFullAfter, inFolder } from './train/tiny-run.fixture.ts';

it('is there until it is given back', () =>
  inFolder(async (run) => {
    const unlock = await lockRun(run, NODE_FILES);
    expect(existsSync(lockPath(run))).toBe(true);
    await unlock();
    expect(existsSync(lockPath(run))).toBe(false);
  }));

it('refuses a folder that another process holds, until that is gone', () =>
  inFolder(async (run) => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    writeFileSync(lockPath(run), `${other.pid}\n`);
    await expect(lockRun(run, NODE_FILES)).rejects.toThrow(`is being trained by process ${other.pid}`);
    expect(existsSync(lockPath(run))).toBe(true);
    other.kill('SIGKILL');
    await once(other, 'close');
    await (await lockRun(run, NODE_FILES))();
  }));

it('takes over a lock that is cut, of an ended process, or from before the machine was started', () =>
  inFolder(async (run) => {
    for (const content of ['', 'rubbish', `${spawnSync(process.execPath, ['-e', '']).pid}\n`]) {
      writeFileSync(lockPath(run), content);
      await (await lockRun(run, NODE_FILES))();
    }
    writeFileSync(lockPath(run), `${process.ppid}\n`);
    await expect(lockRun(run, NODE_FILES)).rejects.toThrow('is being trained by');
    utimesSync(lockPath(run), 1, 1);
    await (await lockRun(run, NODE_FILES))();
  }));

it('refuses a folder that another process takes at the same moment', () =>
  inFolder(async (run) => {
    const files: FileSystem = {
      ...NODE_FILES,
      open(path, flags) {
        writeFileSync(path, `${process.ppid}\n`);
        return NODE_FILES.open(path, flags);
      },
    };
    await expect(lockRun(run, files)).rejects.toThrow('has this moment been taken by another process');
  }));

it('leaves nothing when the disk is full', () =>
  inFolder(async (run) => {
    await expect(lockRun(run, diskFullAfter(0))).rejects.toThrow(/^cannot write .*: no space left on the device$/);
    expect(existsSync(lockPath(run))).toBe(false);
  }));
