// What each rank of a training does: `<cache folder>`. Rank 0 prints one JSON object.
import { createHash } from 'node:crypto';
import { digits, trainBatches } from '@pixelrnn/data';
import { pixelRnn } from '@pixelrnn/models';
import { adam, train } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs';
import { joinCluster, ownShards, reduceOver } from './index.ts';

const SHARDS = 8;
const [, , cacheDir] = process.argv;
const communicator = await joinCluster({ cacheDir });
const { rank, size } = communicator;
await tf.setBackend('cpu');
const data = digits({ binarize: 'threshold' });
const { params } = await train({
  model: pixelRnn({ lstm: 'row', image: data.image, layers: 1, hidden: 4, head: 4 }),
  source: trainBatches(data, { batchSize: 16, seed: 1 }),
  optimizer: adam(),
  steps: 4,
  seed: 1,
  clip: { norm: 1 },
  shards: SHARDS,
  own: ownShards(SHARDS, communicator),
  reduce: reduceOver(communicator),
});
const result = createHash('sha256').update(new Uint8Array(params.dataSync().buffer)).digest('hex');
communicator.leave();
if (rank === 0) console.log(JSON.stringify({ size, result }));
