import { DataError } from '@pixelrnn/data';

/** A failure that the user can do something about. The message is one line: what was wanted and what was found. */
export class ExperimentError extends Error {
  override readonly name = 'ExperimentError';
}

/** Runs `body`; what data sets and files report as their own errors becomes an {@link ExperimentError}. */
export async function asExperiment<T>(body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw error instanceof DataError ? new ExperimentError(error.message, { cause: error }) : error;
  }
}
