import { messageOf } from '@pixelrnn/data';
import { Command, CommanderError } from 'commander';
import { COMMANDS } from './commands/index.ts';
import { EXIT } from './exit.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';

/**
 * Runs one command line, without the program's own name, to its end.
 *
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = EXIT.done;
  const program = createProgram(terminal);
  for (const add of COMMANDS) {
    add(program, terminal, (finished) => {
      code = finished;
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return failed(error, args, terminal);
  }
}

const createProgram = (terminal: Terminal) =>
  new Command('pixelrnn')
    .description('Train, evaluate, sample and complete with exact-likelihood image models.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout(text),
      writeErr: (text) => terminal.stderr(text),
      outputError: () => {}, // `failed` tells every error in the same way
    })
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.');

/** Tells an error in one line (and as JSON where that was asked for); returns the exit code. */
function failed(error: unknown, args: readonly string[], terminal: Terminal): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done; // help or version were shown
  const usage = error instanceof CommanderError || error instanceof UsageError;
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage; // no command: help was shown
  const message = messageOf(error).replace(/^error: /, ''); // commander's
  terminal.stderr(`pixelrnn: ${message}\n`);
  if (args.includes('--verbose') && error instanceof Error) terminal.stderr(`${error.stack}\n`);
  if (args.includes('--json')) terminal.stdout(`${JSON.stringify({ error: message })}\n`);
  return usage ? EXIT.usage : EXIT.failed;
}
