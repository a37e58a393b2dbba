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

/** Has workers read files, a slice of each batch in each. @throws DataError as `readImages`, and if a worker ends */
export const readInWorkers =
  (workers: readonly MessageEnd[]): ImageReader =>
  async (paths, look) => {
    const ask = async (worker: MessageEnd, slice: readonly string[]): Promise<readonly Pixels[]> => {
      const wanted = `image-folder: wanted the images of ${slice[0]} …`;
      const work: ReadingWork = { paths: slice, look };
      const read = await askWorker<ReadingWork, Read>(worker, READING, work, { wanted }).catch((error: unknown) => {
        throw new DataError(messageOf(error), { cause: error });
      });
      if ('problem' in read) throw new DataError(read.problem);
      return read.images;
    };
    const slices = slicesOf(paths.length, workers.length);
    return (
      await Promise.all(slices.map(({ first, count }, i) => ask(workers[i], paths.slice(first, first + count))))
    ).flat();
  };

/** More than these hardly make it faster: the disk, or what the images are for, takes its time too. */
const MOST_THREADS = Math.min(availableParallelism(), 4);

/** Threads that read, and how many calls wait for them. */
interface Readers {
  readonly threads: Worker[];
  waiting: number;
}
let readers: Readers | undefined;

/** The readers there are, made as many as asked for. When one of them ends, the others do, and the next call begins anew. */
function startReaders(count: number): Readers {
  readers ??= { threads: [], waiting: 0 };
  const own = readers;
  for (const thread of startWorkers(Math.max(0, count - own.threads.length))) {
    own.threads.push(thread);
    thread.unref();
    thread.once('exit', () => {
      if (readers === own) readers = undefined;
      for (const other of own.threads) void other.terminate();
    });
  }
  return own;
}

/**
 * Reads image files in threads of this program, one for each core but four at most, and no more than there are files, which are started when they are first
 * wanted: decoding goes on while a step is computed. They do not keep the program alive. Where the threads' file has not been built, reads in the
 * caller's own.
 */
export const readInThreads: ImageReader = async (paths, look) => {
  if (!canStartWorkers()) return readImages(paths, look);
  const own = startReaders(Math.min(paths.length, MOST_THREADS));
  own.waiting++;
  for (const thread of own.threads) thread.ref();
  try {
    return await readInWorkers(own.threads)(paths, look);
  } finally {
    own.waiting--;
    if (own.waiting === 0) for (const thread of own.threads) thread.unref();
  }
};
