import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileSystem, NODE_FILES } from './file-system.ts';
import { fullDisk, temporaryFolder } from './files.fixture.ts';
import { holdLock } from './lock.ts';
import { processIdentity } from './process-identity.ts';

const newPath = async () => join(await temporaryFolder(), 'train.lock');
const takeAndGiveBack = async (path: string) => (await holdLock(path))();
const write = (path: string, holder: object) => writeFileSync(path, `${JSON.stringify(holder)}\n`);
const here = processIdentity();
const ended = () => ({ ...here, pid: spawnSync(process.execPath, ['-e', '']).pid! });
/** Makes a file look as if nothing had written to it for so long. */
const age = (path: string, seconds: number) => {
  const then = Date.now() / 1000 - seconds;
  utimesSync(path, then, then);
};

describe('holdLock', () => {
  it('is there until it is given back, and names its holder', async () => {
    const path = await newPath();
    const release = await holdLock(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ ...here, token: expect.any(String) });
    expect(readdirSync(dirname(path))).toEqual(['train.lock']);
    await release();
    expect(existsSync(path)).toBe(false);
  });

  it('refuses a second holder in the same process', async () => {
    const path = await newPath();
    const release = await holdLock(path);
    await expect(holdLock(path)).rejects.toThrow(`${path} is held by process ${process.pid}`);
    await release();
    await takeAndGiveBack(path);
  });

  it('refuses what another process holds, until that is gone', async () => {
    const path = await newPath();
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    write(path, processIdentity(other.pid));
    await expect(holdLock(path)).rejects.toThrow(`is held by process ${other.pid}`);
    expect(existsSync(path)).toBe(true);
    other.kill('SIGKILL');
    await once(other, 'close');
    await takeAndGiveBack(path);
  });

  it('takes over from an ended process, another one of its number, or one from before the machine was started', async () => {
    const path = await newPath();
    for (const holder of [ended(), { ...here, started: '1' }]) {
      write(path, holder);
      await takeAndGiveBack(path);
    }
    write(path, here);
    utimesSync(path, 1, 1);
    await takeAndGiveBack(path);
  });

  it('believes another machine or container as long as it beats', async () => {
    const path = await newPath();
    for (const elsewhere of [{ host: 'gpu-3' }, { boot: 'earlier' }, { namespace: 'container' }]) {
      write(path, { ...here, ...elsewhere });
      await expect(holdLock(path)).rejects.toThrow(`is held by process ${here.pid}`);
      age(path, 70);
      await takeAndGiveBack(path);
    }
    write(path, { ...here, host: 'gpu-3' });
    await expect(holdLock(path)).rejects.toThrow(`is held by process ${here.pid} on gpu-3`);
  });

  it('reads the locks of former versions: a number', async () => {
    const path = await newPath();
    writeFileSync(path, `${process.ppid}\n`);
    await expect(holdLock(path)).rejects.toThrow(`is held by process ${process.ppid}`);
    utimesSync(path, 1, 1);
    await takeAndGiveBack(path);
    for (const pid of [ended().pid, process.pid]) {
      writeFileSync(path, `${pid}\n`);
      await takeAndGiveBack(path);
    }
  });

  it.each(['', 'rubbish', '{"host":'])('gives a lock that reads %j a minute to say who holds it', async (content) => {
    const path = await newPath();
    writeFileSync(path, content);
    await expect(holdLock(path)).rejects.toThrow('is held by a process that does not say which');
    age(path, 70);
    await takeAndGiveBack(path);
  });

  it('beats', async () => {
    const path = await newPath();
    const { startHeartbeat } = await import('./heartbeat.ts');
    writeFileSync(path, 'own');
    age(path, 1000);
    const stop = startHeartbeat(path, 'own', 10);
    await expect.poll(() => Date.now() - statSync(path).mtimeMs, { timeout: 10_000 }).toBeLessThan(500_000);
    writeFileSync(path, 'theirs');
    age(path, 1000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(Date.now() - statSync(path).mtimeMs).toBeGreaterThan(500_000);
    await stop();
    expect(readFileSync(path, 'utf8')).toBe('theirs');
  });

  it('does not give back what it has lost', async () => {
    const path = await newPath();
    const release = await holdLock(path);
    write(path, { ...here, token: 'of somebody else' });
    await release();
    expect(readFileSync(path, 'utf8')).toContain('of somebody else');
  });
});

describe('of many who ask at the same moment', () => {
  const askers = 4;
  /** How many of them get it. They stand for processes: what tells them apart is the token. */
  async function winners(path: string): Promise<number> {
    const asked = await Promise.allSettled(Array.from({ length: askers }, () => holdLock(path)));
    const held = asked.filter((one) => one.status === 'fulfilled');
    for (const { value: release } of held) await release();
    return held.length;
  }

  it('one gets a free lock, each time', async () => {
    const path = await newPath();
    for (let round = 0; round < 50; round++) expect(await winners(path)).toBe(1);
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('one gets the lock of a dead process, each time', async () => {
    const path = await newPath();
    const holder = ended();
    for (let round = 0; round < 50; round++) {
      write(path, holder);
      expect(await winners(path)).toBe(1);
    }
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('the one who was killed while taking over is forgotten', async () => {
    const path = await newPath();
    write(path, ended());
    write(`${path}.takeover`, ended());
    await takeAndGiveBack(path);
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('one whose file is tidied away before it is a lock asks again', async () => {
    const path = await newPath();
    let tidied = 0;
    const open: FileSystem['open'] = async (aside, flags) => {
      const file = await NODE_FILES.open(aside, flags);
      const close = async () => {
        await file.close();
        if (tidied++ === 0) await NODE_FILES.rm(aside, { force: true });
      };
      return { writeFile: (content) => file.writeFile(content), sync: () => file.sync(), close };
    };
    const release = await holdLock(path, { ...NODE_FILES, open });
    expect(tidied).toBe(2);
    await release();
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('a slower one finds the lock of the faster', async () => {
    const path = await newPath();
    const files: FileSystem = {
      ...NODE_FILES,
      link(existing, target) {
        writeFileSync(target, `${process.ppid}\n`);
        return NODE_FILES.link(existing, target);
      },
    };
    await expect(holdLock(path, files)).rejects.toThrow(`is held by process ${process.ppid}`);
  });
});

describe('on a file system', () => {
  it('without links it writes the file in place', async () => {
    const path = await newPath();
    const link = () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' }));
    const release = await holdLock(path, { ...NODE_FILES, link });
    await expect(holdLock(path, { ...NODE_FILES, link })).rejects.toThrow('is held by');
    await release();
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('where `link` says that it failed when it did not, the file decides', async () => {
    const path = await newPath();
    const link = async (existing: string, target: string) => {
      await NODE_FILES.link(existing, target);
      throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' });
    };
    await (await holdLock(path, { ...NODE_FILES, link }))();
    expect(existsSync(path)).toBe(false);
  });

  it('that is full it leaves nothing', async () => {
    const path = await newPath();
    await expect(holdLock(path, fullDisk)).rejects.toThrow(/^cannot write .*: no space left on the device$/);
    expect(readdirSync(dirname(path))).toEqual([]);
  });
});
