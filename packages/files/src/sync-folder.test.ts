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
  expect(calls).toEqual(process.platform === 'win32' ? [] : ['open r', 'sync', 'close']);
});
