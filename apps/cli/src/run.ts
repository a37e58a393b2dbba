import { type CommandEntry, runProgram, type Terminal } from '@pixelrnn/shell';
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
      commands: COMMANDS.map(inFlags),
    },
    args,
    terminal,
  );

/** A command whose errors name flags where those of the packages name options. */
const inFlags = (entry: CommandEntry): CommandEntry => ({
  ...entry,
  async load() {
    const command = await entry.load();
    return {
      ...command,
      async run(...given) {
        try {
          return await command.run(...given);
        } catch (error) {
          const { asUsage } = await import('./as-usage.ts'); // knows the errors of the packages, which help does without
          throw asUsage(error);
        }
      },
    };
  },
});
