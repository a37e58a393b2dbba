import { agree, type Communicator } from '@pixelrnn/cluster';
import { fingerprint, type Trained } from '@pixelrnn/codec';
import { version } from './version.ts';

/**
 * Sees that all ranks have the same weights, and the same of whatever else decides on what they make together.
 * @param values makes them, by their names, where there are others
 * @throws ClusterError on every rank alike
 */
export function agreeOnWeights(
  cluster: Communicator,
  run: Trained,
  values: () => Readonly<Record<string, string>>,
): void {
  if (cluster.size === 1) return;
  const { model, weights } = fingerprint(run);
  agree(cluster, { version, model, weights, ...values() });
}
