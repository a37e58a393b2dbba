import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { checkTarget } from './check-target.ts';
import { temporaryFolder } from './files.fixture.ts';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  await mkdir(join(folder, 'inner'));
  await symlink(join(folder, 'inner'), join(folder, 'link'));
});

it.each(['new', 'file', 'none/of/these', 'inner/new', 'link/new'])('takes %s, and makes nothing', async (name) => {
  const before = await readdir(folder, { recursive: true });
  expect(await checkTarget(join(folder, name))).toBeUndefined();
  expect(await readdir(folder, { recursive: true })).toEqual(before);
});

it('takes a device', async () => expect(await checkTarget('/dev/null')).toBeUndefined());

it.each([
  ['inner', 'this is a folder, not a file'],
  ['link', 'this is a folder, not a file'],
  ['file/new', 'a part of this path is a file, not a folder'],
  ['file/none/new', 'a part of this path is a file, not a folder'],
])('refuses %s', async (name, reason) => {
  const path = join(folder, name);
  await expect(checkTarget(path)).rejects.toThrow(`cannot write ${path}: ${reason}`);
});

it.skipIf(process.getuid?.() === 0)('refuses a folder that may not be written to', async () => {
  await mkdir(join(folder, 'closed'), { mode: 0o555 });
  await expect(checkTarget(join(folder, 'closed/none/new'))).rejects.toThrow('permission denied');
});
