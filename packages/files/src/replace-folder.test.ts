import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileSystem, NODE_FILES } from './file-system.ts';
import { diskFull, temporaryFolder } from './files.fixture.ts';
import { replaceFolder, restoreReplaced } from './replace-folder.ts';

async function folders(contents: Readonly<Record<string, string>>): Promise<string> {
  const parent = await temporaryFolder();
  for (const [name, content] of Object.entries(contents)) {
    await mkdir(join(parent, name));
    await writeFile(join(parent, name, 'state'), content);
  }
  return parent;
}

const stateOf = (parent: string, name = '12') => readFile(join(parent, name, 'state'), 'utf8');
const replace = (parent: string, files?: FileSystem) =>
  replaceFolder(join(parent, '12.partial'), join(parent, '12'), files);

/** Fails at the call of this number, and at all after it: as if the process had been killed there. */
const dyingAt = (call: number): FileSystem => {
  let calls = 0;
  return {
    ...NODE_FILES,
    rename: (from, to) => (++calls >= call ? Promise.reject(diskFull()) : NODE_FILES.rename(from, to)),
  };
};

describe('replaceFolder', () => {
  it.each([
    ['an empty place', {}],
    ['a folder', { 12: 'old' }],
    ['a folder, beside what a crash has left', { 12: 'old', '12.replaced': 'older' }],
  ])('takes %s', async (_, there) => {
    const parent = await folders({ '12.partial': 'new', ...there });
    await replace(parent);
    expect(await stateOf(parent)).toBe('new');
    expect(await readdir(parent)).toEqual(['12']);
  });

  it.each([1, 2])('leaves a whole folder when it dies at rename %i, which comes back', async (call) => {
    const parent = await folders({ 12: 'old', '12.partial': 'new' });
    await expect(replace(parent, dyingAt(call))).rejects.toThrow('no space left');
    await restoreReplaced(parent);
    expect(await stateOf(parent)).toBe('old');
    expect(await readdir(parent)).toEqual(['12', '12.partial']);
  });

  it('puts the old folder back itself when the new one cannot take its place', async () => {
    const parent = await folders({ 12: 'old' });
    await expect(replace(parent)).rejects.toThrow('ENOENT');
    expect([await readdir(parent), await stateOf(parent)]).toEqual([['12'], 'old']);
  });
});

describe('restoreReplaced', () => {
  it('removes what was replaced, and needs no folder', async () => {
    const parent = await folders({ 12: 'new', '12.replaced': 'old' });
    await restoreReplaced(parent);
    expect([await readdir(parent), await stateOf(parent)]).toEqual([['12'], 'new']);
    await restoreReplaced(join(parent, 'none'));
  });
});
