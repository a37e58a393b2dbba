import { deserialize, serialize } from 'node:v8';
import { messageOf } from '@pixelrnn/files';
import { ClusterError } from './cluster-error.ts';
import type { Communicator } from './communicator.ts';

/** What a rank tells of its part of a work. */
type Outcome<T> = { readonly value: T } | { readonly failure: string };

const shared = new WeakSet<object>();

/** Whether all ranks know of an error, and none waits for the one that throws it. */
export const isShared = (error: unknown): boolean =>
  error instanceof ClusterError || (typeof error === 'object' && error !== null && shared.has(error));

/**
 * What each rank makes of a work that all have a part in, in their order. If it fails on one, it fails on all.
 *
 * @param work its result can be cloned
 * @throws on the rank that failed its own error, on the others a ClusterError that names it
 */
export async function share<T>(communicator: Communicator, work: () => T | Promise<T>): Promise<readonly T[]> {
  let thrown: unknown;
  const own = await (async (): Promise<Outcome<T>> => ({ value: await work() }))().catch((error): Outcome<T> => {
    thrown = error;
    return { failure: messageOf(error) };
  });
  const all = communicator.gather(serialize(own)).map((bytes) => deserialize(bytes) as Outcome<T>);
  if ('failure' in own) {
    if (typeof thrown === 'object' && thrown !== null) shared.add(thrown);
    throw thrown;
  }
  return all.map((outcome, rank) => {
    if ('failure' in outcome) throw new ClusterError(`rank ${rank}: ${outcome.failure}`);
    return outcome.value;
  });
}

/**
 * Does what each rank has to do by itself before all go on: if it fails on one, it fails on all. Its own result is returned.
 *
 * @throws as {@link share}
 */
export async function together<T>(communicator: Communicator, work: () => T | Promise<T>): Promise<T> {
  let own: T;
  await share(communicator, async () => {
    own = await work();
  });
  return own!;
}
