import type { Span } from '@pixelrnn/trainer';
import { ClusterError } from './cluster-error.ts';
import type { Communicator } from './communicator.ts';

/**
 * The shards of every batch that a rank computes: `shards / size` that follow each other, for `own` of `train`.
 *
 * @throws ClusterError unless the ranks divide the shards
 */
export function ownShards(shards: number, { rank, size }: Pick<Communicator, 'rank' | 'size'>): Span {
  if (!Number.isInteger(shards) || shards < 1 || shards % size !== 0)
    throw new ClusterError(`wanted shards that ${size} ranks divide among them, got ${shards}`);
  const each = shards / size;
  return { from: rank * each, to: (rank + 1) * each };
}
