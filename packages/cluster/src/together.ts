import { messageOf } from '@pixelrnn/files';
import { gatherText } from './agree.ts';
import { ClusterError } from './cluster-error.ts';
import type { Communicator } from './communicator.ts';

/**
 * Does what each rank has to do by itself before all go on: if it fails on one, it fails on all.
 *
 * @throws on the rank that failed its own error, on the others a ClusterError that names it
 */
export async function together<T>(communicator: Communicator, work: () => T | Promise<T>): Promise<T> {
  const own = await (async () => ({ value: await work() }))().catch((thrown: unknown) => ({ thrown }));
  const failure = 'thrown' in own ? messageOf(own.thrown) || 'failed' : '';
  const failures = gatherText(communicator, failure);
  if ('thrown' in own) throw own.thrown;
  const rank = failures.findIndex((text) => text !== '');
  if (rank >= 0) throw new ClusterError(`rank ${rank}: ${failures[rank]}`);
  return own.value;
}
