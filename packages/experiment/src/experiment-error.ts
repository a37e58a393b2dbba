import { ClusterError } from '@pixelrnn/cluster';
import { DataError } from '@pixelrnn/data';
import { FileError } from '@pixelrnn/files';
import { DivergedError, NotFiniteError } from '@pixelrnn/trainer';
import { WeightsError } from '@pixelrnn/weights';

/** A failure that the user can do something about. The message is one line: what was wanted and what was found. */
export class ExperimentError extends Error {
  override readonly name = 'ExperimentError';
}

/**
 * An option that does not go with the run or the data that are there. The message begins with its name; a program that calls it
 * otherwise (`--leave-out`) has both parts.
 */
export class OptionError extends ExperimentError {
  constructor(
    readonly option: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${option}: ${problem}`, options);
  }
}

/** Runs `body`; what data sets, files and the trainer report as their own errors becomes an {@link ExperimentError}. */
export async function asExperiment<T>(body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    const known = [ClusterError, DataError, FileError, DivergedError, NotFiniteError, WeightsError];
    const isKnown = known.some((each) => error instanceof each);
    throw isKnown && error instanceof Error ? new ExperimentError(error.message, { cause: error }) : error;
  }
}
