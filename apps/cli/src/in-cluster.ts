import { ClusterError, type Communicator, joinCluster } from '@pixelrnn/cluster';
import { ExperimentError } from '@pixelrnn/experiment';
import { type CommandContext, type Ended, type Outcome, UsageError } from '@pixelrnn/shell';

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
export const quiet = <Context extends CommandContext>(context: Context): Context => ({
  ...context,
  progress: { update: () => {}, end: () => {} },
  note: () => {},
  print: () => {},
});
