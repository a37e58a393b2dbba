import { randomInt } from 'node:crypto';
import {
  BACKEND_CHOICES,
  type BackendChoice,
  type BackendName,
  type BackendReport,
  describeBackend,
  MAX_THREADS,
  useBackend,
} from '@pixelrnn/backends';
import {
  type CommandContext,
  type CommandDefinition,
  choice,
  integer,
  naturalNumber,
  type SharedFlags,
} from '@pixelrnn/shell';
import type { Command } from 'commander';
import { describeAttempts } from './describe-attempts.ts';

/** Flags that several commands of `pixelrnn` have. Those that a command has no use for are unknown to it. */
export interface GlobalFlags extends SharedFlags {
  readonly backend?: BackendChoice;
  readonly threads?: number;
  readonly seed?: number;
}

/** A command of `pixelrnn`. */
export interface PixelrnnCommand<Flags extends GlobalFlags> extends CommandDefinition<Flags, PixelrnnContext> {
  /** Computes on a backend that one may choose: with `--backend` and `--threads`. */
  readonly computes?: boolean;
  /** Draws at random: with `--seed`. */
  readonly draws?: boolean;
}

/** What the commands of `pixelrnn` work with. */
export interface PixelrnnContext extends CommandContext {
  /** Starts the backend that the flags name; `auto` is the fastest here, or what the command says (`cpu` where little is computed). */
  backend(auto?: BackendName): Promise<BackendReport>;
  /** Of what is drawn: that of `--seed`, else one that nobody had before. A result tells it. */
  readonly seed: number;
}

/** Makes a command: with the flags of all that have a use here, and a backend that is started when it asks for it. */
export const defineCommand = <Flags extends GlobalFlags>({
  computes = false,
  draws = false,
  ...definition
}: PixelrnnCommand<Flags>): CommandDefinition<Flags> => ({
  ...definition,
  flags: (command) => {
    const own = definition.flags?.(command) ?? command;
    const computing = computes ? withBackend(own) : own;
    return draws ? withSeed(computing) : computing;
  },
  run: (context, flags, ...args) => definition.run(contextOf(context, flags), flags, ...args),
});

const withBackend = (command: Command) =>
  command
    .option('--backend <name>', `where to compute: ${BACKEND_CHOICES.join(', ')}`, choice(BACKEND_CHOICES), 'auto')
    .option(
      '--threads <n>',
      'threads for the backend; sample and complete draw images in as many',
      integer(1, MAX_THREADS),
    );

const withSeed = (command: Command) =>
  command.option(
    '--seed <n>',
    'seed of everything random (default: that of the recipe; a new one for what is drawn)',
    naturalNumber,
  );

const contextOf = (
  context: CommandContext,
  { backend = 'auto', threads, verbose, seed = randomInt(2 ** 32) }: GlobalFlags,
): PixelrnnContext => ({
  ...context,
  seed,
  async backend(auto) {
    const report = await useBackend(backend === 'auto' && auto ? auto : backend, { threads });
    if (verbose) for (const line of describeAttempts(report)) context.note(line);
    else if (auto === undefined) context.note(describeBackend(report));
    return report;
  },
});
