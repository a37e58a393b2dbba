import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileSystem, NODE_FILES } from './file-system.ts';
import { diskFull, fullDisk, temporaryFolder } from './files.fixture.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

describe('writeFileAtomic', () => {
  it('makes the folders above and replaces what was there', async () => {
    const path = join(await temporaryFolder(), 'a', 'b', 'file');
    await writeFileAtomic(path, Uint8Array.of(1, 2));
    await writeFileAtomic(path, Uint8Array.of(3));
    expect([...(await readFile(path))]).toEqual([3]);
    expect(await readdir(join(path, '..'))).toEqual(['file']);
  });

  it('on a full disk keeps the old file and leaves nothing aside', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file');
    await writeFile(path, 'old');
    await expect(writeFileAtomic(path, new Uint8Array(1000), fullDisk)).rejects.toThrow(
      `cannot write ${path}: no space left on the device`,
    );
    expect(await readdir(folder)).toEqual(['file']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  it('leaves nothing aside when it cannot rename', async () => {
    const folder = await temporaryFolder();
    const failing = { ...NODE_FILES, rename: () => Promise.reject(diskFull()) };
    await expect(writeFileAtomic(join(folder, 'file'), Uint8Array.of(1), failing)).rejects.toThrow('no space left');
    expect(await readdir(folder)).toEqual([]);
  });

  it('says so when the path leads through a file', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    const path = join(folder, 'file', 'below');
    await expect(writeFileAtomic(path, Uint8Array.of(1))).rejects.toThrow(
      `cannot write ${path}: a part of this path is a file, not a folder`,
    );
  });
});

it('forces the folder to the disk after the rename, where that is possible', async () => {
  const folder = await temporaryFolder();
  const calls: string[] = [];
  const files: FileSystem = {
    ...NODE_FILES,
    rename(from, to) {
      calls.push('rename');
      return NODE_FILES.rename(from, to);
    },
    open(path, flags, mode) {
      if (flags !== 'r') return NODE_FILES.open(path, flags, mode);
      calls.push(`sync ${path}`);
      return Promise.reject(Object.assign(new Error('EINVAL'), { code: 'EINVAL' }));
    },
  };
  await writeFileAtomic(join(folder, 'file'), 'x', files);
  expect(calls).toEqual(['rename', `sync ${folder}`]);
});

describe.skipIf(process.platform === 'win32')('what lies at the path', () => {
  it('a link is followed, and stays', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), 'old');
    await symlink('file', join(folder, 'link'));
    await symlink('link', join(folder, 'link-to-link'));
    await writeFileAtomic(join(folder, 'link-to-link'), 'new');
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('new');
    expect(await readlink(join(folder, 'link-to-link'))).toBe('link');
    expect((await readdir(folder)).sort()).toEqual(['file', 'link', 'link-to-link']);
  });

  it('a link to what is not there yet makes it', async () => {
    const folder = await temporaryFolder();
    await symlink(join('deep', 'file'), join(folder, 'link'));
    await writeFileAtomic(join(folder, 'link'), 'new');
    expect(await readFile(join(folder, 'deep', 'file'), 'utf8')).toBe('new');
  });

  it('links that lead in a circle are an error', async () => {
    const path = join(await temporaryFolder(), 'link');
    await symlink('link', path);
    await expect(writeFileAtomic(path, 'new')).rejects.toThrow(`cannot write ${path}: its links lead in a circle`);
  });

  it.each([0o600, 0o666])('a file keeps its mode, %o, whatever the mask of the process', async (mode) => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(path, 'old');
    await chmod(path, mode);
    await writeFileAtomic(path, 'new');
    expect((await stat(path)).mode & 0o777).toBe(mode);
  });

  it('a mode is narrow from the first byte on', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(path, 'old');
    await chmod(path, 0o600);
    const modes: (number | undefined)[] = [];
    const files: FileSystem = {
      ...NODE_FILES,
      open(name, flags, mode) {
        if (flags !== 'r') modes.push(mode);
        return NODE_FILES.open(name, flags, mode);
      },
    };
    await writeFileAtomic(path, 'new', files);
    expect(modes).toEqual([0o600]);
  });

  it('the reader of a pipe gets the content', async () => {
    const path = join(await temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [path]);
    const [read] = await Promise.all([readFile(path), writeFileAtomic(path, Buffer.alloc(200_000, 7))]);
    expect(read).toEqual(Buffer.alloc(200_000, 7));
    expect((await lstat(path)).isFIFO()).toBe(true);
  });

  it('a device is written into', async () => {
    const folder = await temporaryFolder();
    await symlink('/dev/null', join(folder, 'nowhere')); // a link, so that a failure does no harm
    await writeFileAtomic(join(folder, 'nowhere'), 'new');
    expect((await lstat(join(folder, 'nowhere'))).isSymbolicLink()).toBe(true);
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it.runIf(process.platform === 'linux')('a device that is full says so', async () => {
    const path = join(await temporaryFolder(), 'full');
    await symlink('/dev/full', path);
    await expect(writeFileAtomic(path, 'new')).rejects.toThrow(`cannot write ${path}: no space left on the device`);
  });

  it('a folder is not replaced', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'folder');
    await mkdir(path);
    await expect(writeFileAtomic(path, 'new')).rejects.toThrow(`cannot write ${path}: this is a folder, not a file`);
    expect(await readdir(folder)).toEqual(['folder']);
  });
});
