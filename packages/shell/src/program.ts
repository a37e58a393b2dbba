import { messageOf } from '@pixelrnn/files';
import { Command, CommanderError } from 'commander';
import type { CommandDefinition, CommandEntry } from './command.ts';
import { commandContext } from './context.ts';
import { EXIT } from './exit.ts';
import { repeatable, type SharedFlags } from './flags.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** A program of several commands, as data. */
export interface ProgramDefinition {
  readonly name: string;
  readonly summary: string;
  readonly version: string;
  /** In the order of the help text. */
  readonly commands: readonly CommandEntry[];
}

/**
 * Runs one command line, without the program's own name, to its end.
 *
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
 */
export async function runProgram(
  definition: ProgramDefinition,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const program = createProgram(definition, terminal);
  let code: number = EXIT.done;
  try {
    for (const { name, summary, hidden, load } of definition.commands) {
      const command = program.command(name, { hidden }).description(summary);
      if (!args.includes(name)) continue; // another one is called: of this one help tells no more than its summary
      const called = await load();
      describe(command, called, definition.name).action(async () => {
        code = await perform(command, called, terminal);
      });
    }
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return tell(error, definition.name, args, terminal);
  }
}

const createProgram = ({ name, summary, version }: ProgramDefinition, terminal: Terminal) =>
  new Command(name)
    .description(summary)
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout(text),
      writeErr: (text) => terminal.stderr(text),
      outputError: () => {}, // `tell` tells every error in the same way
    })
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.');

/** Gives a command its arguments, its flags and those of all commands, and help with examples. */
function describe(command: Command, called: CommandDefinition<never>, program: string): Command {
  if (called.arguments) command.arguments(called.arguments);
  const examples = (called.examples ?? []).map((line) => `\n  $ ${program} ${line}`);
  return refuseRepeats(called.flags?.(command) ?? command)
    .option('--json', 'print one JSON object as the last line of stdout')
    .option('--verbose', 'say more, and show where an error arose')
    .addHelpText('after', examples.length > 0 ? `\nExamples:${examples.join('')}` : '');
}

/** Runs a command with what the line gave it, and prints its result as text or JSON. Returns the exit code. */
async function perform(command: Command, called: CommandDefinition<never>, terminal: Terminal): Promise<number> {
  const flags = command.opts<SharedFlags>();
  const context = commandContext(terminal);
  checkTexts(command);
  try {
    const outcome = await called.run(context, flags as never, ...command.args);
    if (outcome && 'text' in outcome) context.print(flags.json ? JSON.stringify(outcome.result) : outcome.text);
    return outcome?.code ?? EXIT.done;
  } finally {
    context.progress.end();
  }
}

/**
 * Nobody means an empty text, which is what an unset variable of a shell leaves (`--out "$OUT"`), nor a `~` that reaches a program: the shell left it
 * alone, as in `--out=~/x`, and a folder of that name is not what is meant.
 */
function checkTexts(command: Command): void {
  const given = [
    ...command.registeredArguments.map(
      (argument, i) => [`<${argument.name()}>`, argument.variadic ? command.args.slice(i) : command.args[i]] as const,
    ),
    ...command.options.map((option) => [option.long, command.opts()[option.attributeName()]] as const),
  ];
  for (const [name, value] of given)
    for (const text of [value].flat()) {
      if (text === '') throw new UsageError(`${name}: wanted a text, got an empty one`);
      if (typeof text === 'string' && /^~(\/|$)/.test(text))
        throw new UsageError(`${name}: the shell did not expand "${text}": wanted $HOME${text.slice(1)}`);
    }
}

/** A flag with a value that is given again would take the place of the one before, without a word. */
function refuseRepeats(command: Command): Command {
  for (const option of command.options.filter(({ required, parseArg }) => required && parseArg !== repeatable)) {
    let times = 0;
    command.on(`option:${option.name()}`, () => {
      times += 1;
      if (times > 1) throw new UsageError(`${option.long}: wanted it once, got it several times`);
    });
  }
  return command;
}

/** Tells an error in one line (and as JSON where that was asked for); returns the exit code. */
function tell(error: unknown, program: string, args: readonly string[], terminal: Terminal): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done; // help or version were shown
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage; // no command: help was shown
  const isInterrupt = error instanceof Error && error.name === 'AbortError'; // told when it came
  const message = isInterrupt ? 'interrupted' : messageOf(error).replace(/^error: /, ''); // commander's
  if (!isInterrupt) terminal.stderr(`${program}: ${message}\n`);
  if (args.includes('--verbose') && error instanceof Error) terminal.stderr(`${error.stack}\n`);
  if (args.includes('--json')) terminal.stdout(`${JSON.stringify({ error: message })}\n`);
  if (isInterrupt) return EXIT.interrupted;
  return error instanceof CommanderError || error instanceof UsageError ? EXIT.usage : EXIT.failed;
}
