import { randomInt } from 'node:crypto';
import { ClusterError, type Communicator, joinCluster, startRanks } from '@pixelrnn/cluster';
import { ExperimentError } from '@pixelrnn/experiment';
import { type CommandContext, type Ended, EXIT, type Outcome, UsageError } from '@pixelrnn/shell';

/**
 * Runs a command on all ranks that `mpirun` or `srun` has started, or on this process alone. Rank 0 says what there is to say, and its exit code
 * counts: an exit code of another would have `mpirun` end rank 0.
 */
export async function inCluster<Context extends CommandContext>(
  context: Context,
  body: (context: Context, cluster: Communicator) => Promise<Outcome | Ended | undefined>,
): Promise<Outcome | Ended | undefined> {
  const cluster = await joinCluster();
  const { rank, size } = cluster;
  if (size === 1) return body(context, cluster);
  try {
    const outcome = await body(rank === 0 ? context : quiet(context), cluster);
    cluster.leave();
    return rank === 0 ? outcome : undefined;
  } catch (error) {
    if (!KNOWN.some((each) => error instanceof each)) {
      context.note(`rank ${rank}: ${error instanceof Error ? error.stack : error}`);
      cluster.abort(1);
    }
    cluster.leave();
    if (rank === 0) throw error;
    return undefined;
  }
}

/** What all ranks know of when one throws it. */
const KNOWN = [ClusterError, ExperimentError, UsageError];

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

/**
 * Starts the same command line once for each rank, without its `--ranks`.
 * @param inOrder whether the command ends in order when it is interrupted
 */
export async function startAll(context: CommandContext, ranks: number, inOrder: boolean): Promise<Ended> {
  const args = process.argv.slice(2);
  const i = args.findIndex((arg) => arg === '--ranks' || arg.startsWith('--ranks='));
  args.splice(i, args[i] === '--ranks' ? 2 : 1);
  const command = [process.execPath, ...process.execArgv, process.argv[1], ...args];
  const signal = quiet(context).interrupts(); // rank 0 tells of it, where it has something to finish
  const code = await startRanks({ ranks, command, signal, inOrder });
  // MPICH's `mpirun` forgets the exit codes of its ranks when it has handed a signal on; those that were ended have none.
  return { code: signal.aborted && (code === EXIT.done || !inOrder) ? EXIT.interrupted : code };
}
