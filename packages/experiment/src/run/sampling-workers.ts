import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** The worker's file as it is built: threads of Node read no TypeScript. */
const workerFile = (): string => createRequire(import.meta.url).resolve('@pixelrnn/experiment/sampling-worker');

/**
 * Starts threads for `sample({ workers })`. They know the systems, layers and likelihoods of these packages; for those of your own, start workers
 * on a file that imports them (`serveSampling`).
 */
export const startSamplingWorkers = (threads: number): Worker[] =>
  Array.from({ length: threads }, () => new Worker(workerFile(), { execArgv: [] }));

/** Starts threads, and ends them when they have been used; none for one thread, where the caller's own draws. */
export async function withSamplingWorkers<T>(
  threads: number,
  use: (workers: Worker[] | undefined) => Promise<T>,
): Promise<T> {
  if (threads === 1) return use(undefined);
  const workers = startSamplingWorkers(threads);
  try {
    return await use(workers);
  } finally {
    for (const worker of workers) await worker.terminate();
  }
}
