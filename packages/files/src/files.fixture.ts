import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type FileSystem, NODE_FILES } from './file-system.ts';

/** An empty folder that lasts as long as the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pixelrnn-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export const diskFull = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

/** Half of the content reaches the disk, then it is full. */
export const fullDisk: FileSystem = {
  ...NODE_FILES,
  async open(path, flags) {
    const file = await NODE_FILES.open(path, flags);
    return {
      async writeFile(content) {
        await file.writeFile(content.subarray(0, content.length / 2));
        throw diskFull();
      },
      sync: () => file.sync(),
      close: () => file.close(),
    };
  },
};
