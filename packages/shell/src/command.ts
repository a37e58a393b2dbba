import type { Command } from 'commander';
import type { CommandContext } from './context.ts';
import type { SharedFlags } from './flags.ts';

/** What a command has to say at its end. */
export interface Outcome {
  /** For programs: the one JSON object that `--json` prints. */
  readonly result: object;
  /** For people. */
  readonly text: string;
  /** Exit code where it is not 0. */
  readonly code?: number;
}

/** The end of a command that has said all there was to say. */
export type Ended = Required<Pick<Outcome, 'code'>>;

/** One command, as data. `Context` is what it works with: a program may hand its commands more than the shell does. */
export interface CommandDefinition<Flags extends SharedFlags, Context = CommandContext> {
  /** Its arguments in commander's notation: `<run>`, `[file…]`. */
  readonly arguments?: string;
  /** Command lines without the program's name, shown below the flags. */
  readonly examples?: readonly string[];
  /** Adds the command's own flags. */
  readonly flags?: (command: Command) => Command;
  /** Does it. Nothing is left to say at the end where the command has printed its result in parts. */
  readonly run: (context: Context, flags: Flags, ...args: string[]) => Promise<Outcome | Ended | undefined>;
}

/** A command as its program lists it: what it needs is loaded when it is called, so that help is there at once. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Not for people: help does not list it. */
  readonly hidden?: boolean;
  readonly load: () => Promise<CommandDefinition<never>>;
}
