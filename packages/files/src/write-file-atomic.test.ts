import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NODE_FILES } from './file-system.ts';
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
