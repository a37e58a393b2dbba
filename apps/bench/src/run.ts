import { Command, CommanderError } from 'commander';
import { addBundle } from './commands/bundle.ts';
import { addCompare } from './commands/compare.ts';
import { addReport } from './commands/report.ts';
import { addRun } from './commands/run.ts';
import { addWorker } from './commands/worker.ts';
import { EXIT } from './exit.ts';
import type { Installation } from './installation.ts';
import { version } from './version.ts';

/**
 * Runs one command line, without the program's own name, to its end.
 *
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage
 */
export async function run(args: readonly string[], installation: Installation): Promise<number> {
  const { terminal } = installation;
  const program = new Command('pixelrnn-bench')
    .description('Measure speed and quality on this machine, beside PyTorch where it is at hand.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: terminal.stdout, writeErr: terminal.stderr, outputError: () => {} });
  for (const add of [addRun, addCompare, addReport, addBundle, addWorker]) add(program, installation);
  try {
    await program.parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done; // help or version were shown
    if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
    terminal.stderr(`pixelrnn-bench: ${(error as Error).message.replace(/^error: /, '')}\n`);
    return error instanceof CommanderError ? EXIT.usage : EXIT.failed;
  }
}
