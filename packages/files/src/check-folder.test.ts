import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkFolder } from './check-folder.ts';
import { temporaryFolder } from './files.fixture.ts';

const RUN = { kind: 'a run', mark: 'config.json', isLeftover: (name: string) => name === 'train.lock' };

async function folderOf(...names: string[]): Promise<string> {
  const folder = join(await temporaryFolder(), 'folder');
  await mkdir(folder);
  for (const name of names) await writeFile(join(folder, name), '');
  return folder;
}

it.each([
  [[]],
  [['config.json', 'report.html']],
  [['.DS_Store', '.gitkeep']],
  [['train.lock', 'config.json.12-ab.partial']],
])('takes one of %j', async (names) => {
  expect(await checkFolder(await folderOf(...names), RUN)).toBeUndefined();
});

it('takes one that is not there yet', async () => {
  expect(await checkFolder(join(await folderOf(), 'none'), RUN)).toBeUndefined();
});

it('refuses what is neither empty nor ours, and names some of it', async () => {
  const one = await folderOf('report.html', 'train.lock');
  await expect(checkFolder(one, RUN)).rejects.toThrow(`${one}: wanted an empty folder or a run, found report.html`);
  await expect(checkFolder(await folderOf('d', 'b', 'a', 'c'), RUN)).rejects.toThrow('found a, b, c, … (4 in all)');
});

it('takes only an empty one where nothing is to go on', async () => {
  expect(await checkFolder(await folderOf('.DS_Store'))).toBeUndefined();
  const own = await folderOf('config.json');
  await expect(checkFolder(own)).rejects.toThrow(`${own}: wanted an empty folder, found config.json`);
});

it('refuses a file', async () => {
  const file = join(await folderOf('file'), 'file');
  await expect(checkFolder(file, RUN)).rejects.toThrow(
    `cannot write ${file}: a part of this path is a file, not a folder`,
  );
});
