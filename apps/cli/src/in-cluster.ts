import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type Communicator, isShared, joinCluster, launcherOf, startRanks } from '@pixelrnn/cluster';
import { ExperimentError } from '@pixelrnn/experiment';
import { messageOf } from '@pixelrnn/files';
import { type CommandContext, type Ended, EXIT, type Outcome, UsageError } from '@pixelrnn/shell';

/** How a command shares its work. */
export interface Sharing {
  /** Whether it ends in order when it is interrupted. */
  readonly inOrder: boolean;
  readonly verbose?: boolean;
}

/**
 * Runs a command on all ranks that `mpirun` or `srun` has started, or on this process alone. Rank 0 says what there is to say, and its exit code
 * counts: an exit code of another would have `mpirun` end rank 0.
 */
export async function inCluster<Context extends CommandContext>(
  context: Context,
  { inOrder, verbose }: Sharing,
  body: (context: Context, cluster: Communicator) => Promise<Outcome | Ended | undefined>,
): Promise<Outcome | Ended | undefined> {
  if (!startedAsRank()) return body(context, await joinCluster());
  let cluster: Communicator | undefined;
  // From the start on: to join and to load take long enough for somebody to change their mind.
  const listening = { ...context, note: (text: string) => cluster?.rank === 0 && context.note(text) };
  const signal = inOrder ? listening.interrupts() : undefined;
  cluster = await joinCluster();
  const own = { ...(cluster.rank === 0 ? context : quiet(context)), ...(signal && { interrupts: () => signal }) };
  try {
    const outcome = await body(own, cluster);
    cluster.leave();
    return cluster.rank === 0 ? outcome : undefined;
  } catch (error) {
    if (!isKnown(error)) {
      context.note(`rank ${cluster.rank}: ${verbose && error instanceof Error ? error.stack : messageOf(error)}`);
      cluster.abort(EXIT.failed);
    }
    cluster.leave();
    if (cluster.rank === 0) throw error;
    return undefined;
  }
}

/** Whether all ranks know of an error when one throws it. */
const isKnown = (error: unknown): boolean =>
  isShared(error) || error instanceof ExperimentError || error instanceof UsageError;

const startedAsRank = (): boolean => (launcherOf(process.env)?.size ?? 1) > 1;

/** Says nothing. */
const quiet = <Context extends CommandContext>(context: Context): Context => ({
  ...context,
  progress: { update: () => {}, end: () => {} },
  note: () => {},
  print: () => {},
});

/** One that nobody had before, the same on all ranks: that of rank 0. */
export function newSeed(cluster: Communicator): number {
  const own = Uint32Array.of(randomInt(2 ** 32));
  const [first] = cluster.gather(new Uint8Array(own.buffer));
  return new DataView(first.buffer, first.byteOffset).getUint32(0, true);
}

/** What {@link startAll} starts. */
export interface StartAllOptions extends Pick<Sharing, 'inOrder'> {
  readonly ranks: number;
  /** Whether the command has threads, but was not told how many: then the ranks share the cores. */
  readonly sharesCores: boolean;
}

/** Starts the same command line once for each rank, without its `--ranks`. */
export async function startAll(
  context: CommandContext,
  { ranks, inOrder, sharesCores }: StartAllOptions,
): Promise<Ended> {
  if (startedAsRank())
    throw new UsageError(`--ranks: wanted none, since ${launcherOf(process.env)!.name} has started ranks already`);
  const threads = Math.max(1, Math.floor(availableParallelism() / ranks));
  const args = [...withoutRanks(process.argv.slice(2)), ...(sharesCores ? ['--threads', String(threads)] : [])];
  const command = [process.execPath, ...process.execArgv, process.argv[1], ...args];
  const signal = quiet(context).interrupts(); // rank 0 tells of it, where it has something to finish
  const code = await startRanks({ ranks, command, signal, inOrder });
  if (!signal.aborted) return { code: code ?? EXIT.failed };
  // MPICH's `mpirun` forgets the exit codes of its ranks when it has handed a signal on; those that were ended have none, or that of the signal.
  const isLost = code === undefined || code === EXIT.done || code > 128 || !inOrder;
  return { code: isLost ? EXIT.interrupted : code };
}

function withoutRanks(args: readonly string[]): string[] {
  const isFlag = (arg: string | undefined) => arg === '--ranks';
  return args.filter((arg, i) => !isFlag(arg) && !isFlag(args[i - 1]) && !arg.startsWith('--ranks='));
}
