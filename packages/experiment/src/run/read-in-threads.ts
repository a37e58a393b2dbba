import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { DataError } from '@pixelrnn/data';
import { type ImageReader, type Look, type Pixels, readImages } from '@pixelrnn/data/node';
import { messageOf } from '@pixelrnn/files';
import { askWorker, type MessageEnd, serveWork, slicesOf } from '@pixelrnn/generate';
import { canStartWorkers, startWorkers } from './workers.ts';

const READING = 'pixelrnn-read';

interface ReadingWork {
  readonly paths: readonly string[];
  readonly look: Look;
}

/** The images, or why one of them cannot be used. */
type Read = { readonly images: readonly Pixels[] } | { readonly problem: string };

/** Reads image files for the program that a worker was started by. */
export const serveReading = (end: MessageEnd): void =>
  serveWork<ReadingWork, Read>(READING, end, async ({ paths, look }) => {
    try {
      return { images: await readImages(paths, look) };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      return { problem: messageOf(error) };
    }
  });

/** Has workers read files, a slice of each batch in each. */
export const readInWorkers =
  (workers: readonly MessageEnd[]): ImageReader =>
  async (paths, look) => {
    const parts = await Promise.all(
      slicesOf(paths.length, workers.length).map(({ first, count }, i) => {
        const work: ReadingWork = { paths: paths.slice(first, first + count), look };
        return askWorker<ReadingWork, Read>(workers[i], READING, work, { wanted: 'image-folder: wanted images' });
      }),
    );
    return parts.flatMap((part) => {
      if ('problem' in part) throw new DataError(part.problem);
      return part.images;
    });
  };

/** More than these hardly make it faster: the disk, or what the images are for, takes its time too. */
const MOST_THREADS = 4;
let threads: Worker[] | undefined;
let underWay = 0;

/**
 * Reads image files in threads of this program, one for each core but four at most, which are started when the first are read: decoding goes on while a step is
 * computed. They do not keep the program alive. Where the threads' file has not been built, reads in the caller's own.
 */
export const readInThreads: ImageReader = async (paths, look) => {
  if (!threads && !canStartWorkers()) return readImages(paths, look);
  threads ??= startWorkers(Math.min(availableParallelism(), MOST_THREADS));
  underWay++;
  for (const thread of threads) thread.ref();
  try {
    return await readInWorkers(threads)(paths, look);
  } finally {
    underWay--;
    if (underWay === 0) for (const thread of threads) thread.unref();
  }
};
