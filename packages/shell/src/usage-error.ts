import { messageOf } from '@pixelrnn/files';

/** What was asked for makes no sense (exit code 2), as opposed to what could not be done (1). */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Runs what reads the user's wishes (a recipe, a flag): whatever it refuses is wrong usage. */
export async function wanted<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}
