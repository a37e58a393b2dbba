import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_FILES } from '@pixelrnn/files';
import { expect, it } from 'vitest';
import { lockPath, lockRun } from './lock.ts';
import { checkRunFolder } from './run/run-config.ts';
import { diskFullAfter, inFolder } from './train/tiny-run.fixture.ts';

it('keeps a second training out until the folder is given back', () =>
  inFolder(async (run) => {
    const unlock = await lockRun(run, NODE_FILES);
    const refused = `${run} is being trained by process ${process.pid}; if that is something else, remove ${lockPath(run)}`;
    await expect(lockRun(run, NODE_FILES)).rejects.toThrow(
      expect.objectContaining({ name: 'ExperimentError', message: refused }),
    );
    await unlock();
    await (await lockRun(run, NODE_FILES))();
  }));

it('refuses a folder in which a former version trains', () =>
  inFolder(async (run) => {
    writeFileSync(lockPath(run), `${process.ppid}\n`);
    await expect(lockRun(run, NODE_FILES)).rejects.toThrow(`is being trained by process ${process.ppid}`);
  }));

it('does not take what comes and goes beside a lock for files of somebody else', () =>
  inFolder(async (run) => {
    for (const name of ['train.lock', 'train.lock.takeover']) writeFileSync(join(run, name), '');
    await checkRunFolder(run);
    writeFileSync(join(run, 'train.locksmith'), '');
    await expect(checkRunFolder(run)).rejects.toThrow(`${run}: wanted an empty folder or a run, found train.locksmith`);
  }));

it('leaves nothing when the disk is full', () =>
  inFolder(async (run) => {
    await expect(lockRun(run, diskFullAfter(0))).rejects.toThrow(/^cannot write .*: no space left on the device$/);
    expect(existsSync(lockPath(run))).toBe(false);
  }));
