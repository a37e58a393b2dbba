import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** The worker's file as it is built: threads of Node read no TypeScript. @throws where it is not built */
const workerFile = (): string => createRequire(import.meta.url).resolve('@pixelrnn/experiment/worker');

/** Whether threads can be started: where a program runs from its sources, there is no file for them. */
export function canStartWorkers(): boolean {
  try {
    return workerFile().endsWith('.js');
  } catch {
    return false;
  }
}

/**
 * Starts threads for `sample({ workers })`, `compress({ workers })` and their like. They know the systems, layers and likelihoods of these packages;
 * for those of your own, start workers on a file that imports them (`serveSampling`, `serveCoding`).
 */
export const startWorkers = (threads: number): Worker[] =>
  Array.from({ length: threads }, () => new Worker(workerFile(), { execArgv: [] }).on('error', () => {})); // told by who asks it

/** Starts threads, and ends them when they have been used; none for one thread, where the caller's own works. */
export async function withWorkers<T>(threads: number, use: (workers: Worker[] | undefined) => Promise<T>): Promise<T> {
  if (threads === 1) return use(undefined);
  const workers = startWorkers(threads);
  try {
    return await use(workers);
  } finally {
    for (const worker of workers) await worker.terminate();
  }
}
