import { subscribe } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from '@pixelrnn/data';
import { type Look, openDataset, readImages } from '@pixelrnn/data/node';
import type { MessageEnd } from '@pixelrnn/generate';
import { encode } from 'fast-png';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readInThreads, readInWorkers, serveReading } from './read-in-threads.ts';

const folder = mkdtempSync(join(tmpdir(), 'pixelrnn-reading-'));
afterAll(() => rmSync(folder, { recursive: true }));
const LOOK: Look = { height: 2, width: 3, channels: 3, fit: 'box', values: 'colors', levels: undefined };
const names = Array.from({ length: 7 }, (_, i) => `${i}.png`);
const paths = names.map((name) => join(folder, name));
beforeAll(() => {
  for (const [i, path] of paths.entries())
    writeFileSync(path, encode({ width: 6, height: 4, channels: 3, data: Uint8Array.from({ length: 72 }, (_, n) => (n * 7 * (i + 1)) % 256) })); // biome-ignore format: one row
  writeFileSync(join(folder, 'broken.png'), 'no image');
});

/** Workers, each at the other end of a channel in this thread: what they are told and answer is cloned as between threads. */
async function withWorkers<T>(count: number, use: (workers: MessageEnd[]) => Promise<T>): Promise<T> {
  const channels = Array.from({ length: count }, () => new MessageChannel());
  for (const { port2 } of channels) serveReading(port2 as unknown as MessageEnd);
  try {
    return await use(channels.map(({ port1 }) => port1 as unknown as MessageEnd));
  } finally {
    for (const { port1 } of channels) port1.close();
  }
}

it('reads the same images in any number of workers, in their order', async () => {
  const alone = await readImages(paths, LOOK);
  expect(new Set(alone.map(String)).size).toBe(paths.length);
  for (const count of [1, 2, 3, 9])
    await withWorkers(count, async (workers) => {
      expect(await readInWorkers(workers)(paths, LOOK)).toEqual(alone);
      expect(await readInWorkers(workers)([], LOOK)).toEqual([]);
    });
});

it('says of a file that it cannot use what reading it here says', async () => {
  const asked = [paths[0], join(folder, 'broken.png'), paths[1]];
  const here = await readImages(asked, LOOK).catch((error: Error) => error);
  expect(here).toBeInstanceOf(DataError);
  await withWorkers(2, async (workers) => {
    await expect(readInWorkers(workers)(asked, LOOK)).rejects.toThrow((here as DataError).message);
    await expect(readInWorkers(workers)(asked, LOOK)).rejects.toBeInstanceOf(DataError);
  });
});

it('reads in the thread of the caller where others have no file of their own, as from these sources', async () => {
  const started = vi.fn();
  subscribe('worker_threads', started);
  const options = { folder, height: 2, width: 3, split: 'hash', leaveOut: ['broken.png'] } as const;
  const [here, there] = [await openDataset('image-folder', options), await openDataset('image-folder', options, { readImages: readInThreads })]; // biome-ignore format: a pair
  const all = Array.from({ length: here.size('train') }, (_, i) => i);
  expect(all.length).toBeGreaterThan(2);
  expect(await there.read('train', all)).toEqual(await here.read('train', all));
  expect(started).not.toHaveBeenCalled();
});
