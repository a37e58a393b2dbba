import { runProgram, type Terminal } from '@pixelrnn/shell';
import { commands } from './commands/index.ts';
import type { Installation } from './installation.ts';
import { version } from './version.ts';

/**
 * Runs one command line, without the program's own name, to its end.
 *
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage
 */
export const run = (args: readonly string[], terminal: Terminal, installation: Installation): Promise<number> =>
  runProgram(
    {
      name: 'pixelrnn-bench',
      summary: 'Measure speed and quality on this machine, beside PyTorch where it is at hand.',
      version,
      commands: commands(installation),
    },
    args,
    terminal,
  );
