import { DataOptionError } from '@pixelrnn/data';
import { OptionError } from '@pixelrnn/experiment';
import { UsageError } from '@pixelrnn/shell';

/** `leaveOut` as `leave-out`. */
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * What refuses an option as wrong usage, under the name of its flag; any other error as it is. One that has been told in other words has it as
 * its cause.
 */
export function asUsage(error: unknown): unknown {
  const { cause } = error as { cause?: unknown };
  for (const each of [error, cause]) {
    if (each instanceof OptionError)
      return new UsageError(`--${kebab(each.option)}: ${each.problem}`, { cause: error });
    if (each instanceof DataOptionError) return new UsageError((error as Error).message, { cause: error });
  }
  return error;
}
