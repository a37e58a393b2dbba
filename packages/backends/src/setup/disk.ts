import { mkdir, statfs } from 'node:fs/promises';
import { SetupError } from '@pixelrnn/files';

/** @throws {SetupError} if the disk below `folder` has less than `bytes` free, or the folder cannot be made */
export async function requireDiskSpace(folder: string, bytes: number): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw new SetupError(`setup tensorflow: cannot create ${folder}: ${(cause as Error).message}`, { cause });
  });
  const { bavail, bsize } = await statfs(folder);
  const gigabytes = (count: number) => `${(count / 1e9).toFixed(1)} GB`;
  if (bavail * bsize >= bytes) return;
  throw new SetupError(
    `setup tensorflow needs ${gigabytes(bytes)} in ${folder}, which has ${gigabytes(bavail * bsize)} free`,
  );
}
