import { ClusterError } from './cluster-error.ts';
import type { Communicator } from './communicator.ts';

/** The texts of all ranks. */
export const gatherText = (communicator: Communicator, text: string): readonly string[] =>
  communicator.gather(new TextEncoder().encode(text)).map((bytes) => new TextDecoder().decode(bytes));

/**
 * Sees that all ranks have the same value of everything that decides on the result, before work begins.
 *
 * @param values by their names: versions, recipes, hashes of data and of weights
 * @throws ClusterError naming the first that differs and who differs, on every rank alike
 */
export function agree(communicator: Communicator, values: Readonly<Record<string, string>>): void {
  const all = gatherText(communicator, JSON.stringify(values)).map(
    (text) => JSON.parse(text) as Readonly<Record<string, string>>,
  );
  for (const name of new Set(all.flatMap((own) => Object.keys(own)))) {
    const rank = all.findIndex((own) => own[name] !== all[0][name]);
    if (rank >= 0)
      throw new ClusterError(
        `ranks disagree on ${name}: rank 0 has ${all[0][name] ?? 'none'}, rank ${rank} has ${all[rank][name] ?? 'none'}`,
      );
  }
}

/** Whether any rank says so; the same answer everywhere. */
export const anyOf = (communicator: Communicator, own: boolean): boolean =>
  communicator.gather(Uint8Array.of(own ? 1 : 0)).some(([says]) => says === 1);
