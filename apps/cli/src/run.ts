import { runProgram, type Terminal } from '@pixelrnn/shell';
import { COMMANDS } from './commands/index.ts';
import { version } from './version.ts';

/**
 * Runs one command line, without the program's own name, to its end.
 *
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
 */
export const run = (args: readonly string[], terminal: Terminal): Promise<number> =>
  runProgram(
    {
      name: 'pixelrnn',
      summary: 'Train, evaluate, sample and complete with exact-likelihood image models.',
      version,
      commands: COMMANDS,
    },
    args,
    terminal,
  );
