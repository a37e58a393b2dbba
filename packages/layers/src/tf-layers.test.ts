import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { gatedConv2d, maskedConv2d, rowLstm } from './index.ts';
import { defineTfLayer } from './tf-layers.ts';

const MaskedConv2d = defineTfLayer('TestMaskedConv2d', maskedConv2d);
const RowLstm = defineTfLayer('TestRowLstm', rowLstm);

function network(): tfl.Sequential {
  const model = tfl.sequential();
  model.add(new MaskedConv2d({ kernel: [3, 3], inputs: 1, outputs: 4, mask: 'A', seed: 1, inputShape: [5, 6, 1] }));
  model.add(new RowLstm({ channels: 4, hidden: 2, seed: 2 }));
  model.add(new MaskedConv2d({ kernel: [1, 1], inputs: 4, outputs: 1, mask: 'B', relu: true, seed: 3 }));
  return model;
}

const images = () => tf.cast(tf.greater(tf.sin(tf.reshape(tf.range(0, 8 * 30), [8, 5, 6, 1])), 0), 'float32');

it('trains in a tf.sequential', async () => {
  const model = network();
  model.compile({ optimizer: tf.train.adam(0.03), loss: 'meanSquaredError' });
  const x = images();
  const history = await model.fit(x, x, { epochs: 12, batchSize: 8, verbose: 0 });
  const losses = history.history.loss as number[];
  expect(losses[11]).toBeLessThan(0.8 * losses[0]);
});

it('survives save and loadLayersModel', async () => {
  const model = network();
  const x = images();
  const before = (model.predict(x) as tf.Tensor).dataSync();
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save({
    save: async (saved) => {
      artifacts = saved;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    },
  });
  const topology = JSON.parse(JSON.stringify(artifacts!.modelTopology));
  const loaded = await tfl.loadLayersModel({ load: async () => ({ ...artifacts!, modelTopology: topology }) });
  expect((loaded.predict(x) as tf.Tensor).dataSync()).toEqual(before);
});

it('wants a seed, and a layer of one map', () => {
  const Gated = defineTfLayer('TestGated', gatedConv2d);
  expect(() => new Gated({ channels: 4, size: 3, seed: 1 })).toThrow(
    'TestGated: wanted a layer of one map, got gatedConv2d with a map `above`',
  );
  expect(() => new RowLstm({ channels: 4, hidden: 2 } as never)).toThrow(
    'TestRowLstm: wanted a seed for its initial weights, got none',
  );
});
