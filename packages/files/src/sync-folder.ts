import { type FileSystem, NODE_FILES } from './file-system.ts';

/** Makes a rename durable: until the folder itself is on the disk, a power cut may undo it. Not every system can. */
export async function syncFolder(path: string, files: FileSystem = NODE_FILES): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await files.open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
