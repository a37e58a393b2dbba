import type { Command } from 'commander';
import { choice, type GlobalFlags, naturalNumber, positiveInteger } from './flags.ts';
import { BACKEND_CHOICES, createSession, type Session } from './session.ts';
import type { Terminal } from './terminal.ts';

/** What a command has to say at its end. */
export interface Outcome {
  /** For programs: the one JSON object that `--json` prints. */
  readonly result: object;
  /** For people. */
  readonly text: string;
  /** Exit code where it is not 0. */
  readonly code?: number;
}

/** One command, as data. */
export interface CommandDefinition<Flags extends GlobalFlags> {
  readonly name: string;
  /** Its arguments in commander's notation: `<run>`, `[file…]`. */
  readonly arguments?: string;
  readonly summary: string;
  /** Shown below the flags. */
  readonly examples: readonly string[];
  /** Adds the command's own flags. */
  readonly flags?: (command: Command) => Command;
  readonly run: (session: Session, flags: Flags, ...args: string[]) => Promise<Outcome>;
}

/** Adds a command to the program. It reports its exit code through `finish`. */
export type AddCommand = (program: Command, terminal: Terminal, finish: (code: number) => void) => void;

/** Makes a command of its definition: flags of every command, help with examples, and the result as text or JSON. */
export const defineCommand =
  <Flags extends GlobalFlags>(definition: CommandDefinition<Flags>): AddCommand =>
  (program, terminal, finish) => {
    const command = program.command(definition.name).description(definition.summary);
    if (definition.arguments) command.arguments(definition.arguments);
    withGlobalFlags(definition.flags?.(command) ?? command)
      .addHelpText('after', `\nExamples:\n${definition.examples.map((line) => `  $ pixelrnn ${line}`).join('\n')}`)
      .action(async () => {
        const flags = command.opts<Flags>();
        const session = createSession(terminal, flags);
        try {
          const { result, text, code = 0 } = await definition.run(session, flags, ...command.args);
          session.progress.end();
          terminal.stdout(flags.json ? `${JSON.stringify(result)}\n` : `${text}\n`);
          finish(code);
        } finally {
          session.progress.end();
        }
      });
  };

const withGlobalFlags = (command: Command) =>
  command
    .option('--backend <name>', `where to compute: ${BACKEND_CHOICES.join(', ')}`, choice(BACKEND_CHOICES), 'auto')
    .option('--threads <n>', 'threads for the backend', positiveInteger)
    .option('--seed <n>', 'seed of everything random', naturalNumber)
    .option('--json', 'print one JSON object as the last line of stdout')
    .option('--verbose', 'say more, and show where an error arose');
