// What each rank of a test does: `<cache folder> <what>`. Rank 0 prints one JSON object.
import { createHash } from 'node:crypto';
import { agree, anyOf } from './agree.ts';
import { ClusterError } from './cluster-error.ts';
import type { Communicator } from './communicator.ts';
import { joinCluster } from './join-cluster.ts';
import { ownShards } from './own-shards.ts';

const SHARDS = 8;
const hashOf = (values: Float32Array) =>
  createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex').slice(0, 16);

/** What shard `index` adds: numbers whose sum depends on the order. */
const shard = (index: number, length: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(12.9898 * i + 78.233 * index) * 10 ** ((i + index) % 7));
const add = (a: Float32Array, b: Float32Array) => a.map((value, i) => value + b[i]);
const tree = (from: number, to: number, length: number): Float32Array =>
  to - from === 1 ? shard(from, length) : add(tree(from, (from + to) / 2, length), tree((from + to) / 2, to, length));

const WORK: Readonly<Record<string, (communicator: Communicator) => unknown>> = {
  sum(communicator) {
    const { from, to } = ownShards(SHARDS, communicator);
    return [0, 1, 7, 65_569].map((length) => {
      const values = tree(from, to, length);
      communicator.sum(values);
      return hashOf(values);
    });
  },
  gather(communicator) {
    const { rank } = communicator;
    const lengths = communicator.gather(new Uint8Array(rank).fill(rank)).map((bytes) => [...bytes]);
    return { lengths, any: anyOf(communicator, rank === 1), none: anyOf(communicator, false) };
  },
  agree(communicator) {
    agree(communicator, { version: '1', data: 'same' });
    try {
      agree(communicator, { version: '1', data: communicator.rank === 1 ? 'others' : 'same' });
    } catch (error) {
      return (error as ClusterError).message;
    }
    return 'agreed';
  },
};

const [, , cacheDir, what] = process.argv;
try {
  const communicator = await joinCluster({ cacheDir });
  const result = await WORK[what](communicator);
  const { rank, size } = communicator;
  communicator.leave();
  if (rank === 0) console.log(JSON.stringify({ size, result }));
} catch (error) {
  if (!(error instanceof ClusterError)) throw error;
  console.error(`refused: ${error.message}`);
  process.exit(3);
}
