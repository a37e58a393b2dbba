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
import { ALONE, type Communicator } from '@pixelrnn/cluster';
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
  readonly ranks?: number;
}

/** A command of `pixelrnn`. */
export interface PixelrnnCommand<Flags extends GlobalFlags> extends CommandDefinition<Flags, PixelrnnContext> {
  /** Computes on a backend that one may choose: with `--backend` and `--threads`. */
  readonly computes?: boolean;
  /** Works in threads of its own, without a backend that one may choose: with `--threads`. */
  readonly threads?: boolean;
  /** Draws at random: with `--seed`. */
  readonly draws?: boolean;
  /** Several processes may share the work: with `--ranks`. */
  readonly shares?: boolean;
  /** Ends in order when it is interrupted: it asks for `interrupts`. */
  readonly endsInOrder?: boolean;
}

/** What the commands of `pixelrnn` work with. */
export interface PixelrnnContext extends CommandContext {
  /** Starts the backend that the flags name; `auto` is the fastest here, or what the command says (`cpu` where little is computed). */
  backend(auto?: BackendName): Promise<BackendReport>;
  /** Of what is drawn: that of `--seed`, else one that nobody had before. A result tells it. */
  readonly seed: number;
  /** The processes that share the work: this one alone, but for commands that several may share. */
  readonly cluster: Communicator;
}

/** Makes a command: with the flags of all that have a use here, and a backend that is started when it asks for it. */
export const defineCommand = <Flags extends GlobalFlags>({
  computes = false,
  threads = false,
  draws = false,
  shares = false,
  endsInOrder = false,
  ...definition
}: PixelrnnCommand<Flags>): CommandDefinition<Flags> => ({
  ...definition,
  flags: (command) => {
    const own = definition.flags?.(command) ?? command;
    const computing = computes ? withBackend(own) : threads ? withThreads(own) : own;
    const drawing = draws ? withSeed(computing) : computing;
    return shares ? withRanks(drawing) : drawing;
  },
  async run(context, flags, ...args) {
    if (!shares) return definition.run(contextOf(context, flags), flags, ...args);
    // Loaded where it is needed: it knows the errors of a run.
    const { inCluster, newSeed, startAll } = await import('./in-cluster.ts');
    const { ranks = 1, threads, verbose } = flags;
    const inOrder = endsInOrder;
    if (ranks > 1) return startAll(context, { ranks, inOrder, sharesCores: computes && threads === undefined });
    return inCluster(context, { inOrder, verbose }, (own, cluster) => {
      const seed = flags.seed ?? (draws ? newSeed(cluster) : undefined);
      return definition.run(contextOf(own, { ...flags, seed }, cluster), flags, ...args);
    });
  },
});

const withBackend = (command: Command) =>
  command
    .option('--backend <name>', `where to compute: ${BACKEND_CHOICES.join(', ')}`, choice(BACKEND_CHOICES), 'auto')
    .option(
      '--threads <n>',
      'threads for the backend; sample and complete draw images in as many',
      integer(1, MAX_THREADS),
    );

const withThreads = (command: Command) =>
  command.option('--threads <n>', 'threads that code the images; the file is the same', integer(1, MAX_THREADS), 1);

const withSeed = (command: Command) =>
  command.option(
    '--seed <n>',
    'seed of everything random (default: that of the recipe; a new one for what is drawn)',
    naturalNumber,
  );

const withRanks = (command: Command) =>
  command.option(
    '--ranks <n>',
    'start so many processes on this machine, which share the work: 2, 4, 8, … (needs MPI: pixelrnn setup mpi)',
    integer(1, MAX_RANKS),
  );

/** More are for a cluster, whose own `mpirun` or `srun` starts them. */
const MAX_RANKS = 1024;

const contextOf = (
  context: CommandContext,
  { backend = 'auto', threads, verbose, seed = randomInt(2 ** 32) }: GlobalFlags,
  cluster: Communicator = ALONE,
): PixelrnnContext => ({
  ...context,
  seed,
  cluster,
  async backend(auto) {
    const report = await useBackend(backend === 'auto' && auto ? auto : backend, { threads });
    if (verbose) for (const line of describeAttempts(report)) context.note(line);
    else if (auto === undefined) context.note(describeBackend(report));
    return report;
  },
});
