import { expect, it } from 'vitest';
import { type FileSystem, NODE_FILES } from './file-system.ts';
import { temporaryFolder } from './files.fixture.ts';
import { syncFolder } from './sync-folder.ts';

it('forces a folder to the disk and closes it', async () => {
  const folder = await temporaryFolder();
  const calls: string[] = [];
  const files: FileSystem = {
    ...NODE_FILES,
    async open(path, flags) {
      calls.push(`open ${flags}`);
      const file = await NODE_FILES.open(path, flags);
      const told = (name: 'sync' | 'close') => {
        calls.push(name);
        return file[name]();
      };
      return { writeFile: (content) => file.writeFile(content), sync: () => told('sync'), close: () => told('close') };
    },
  };
  await syncFolder(folder, files);
  expect(calls).toEqual(['open r', 'sync', 'close']);
});

it('tells of a folder that is not there, and is silent where folders cannot be synced', async () => {
  const folder = await temporaryFolder();
  await expect(syncFolder(`${folder}/none`)).rejects.toThrow('ENOENT');
  const open = () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' }));
  await syncFolder(folder, { ...NODE_FILES, open });
});
