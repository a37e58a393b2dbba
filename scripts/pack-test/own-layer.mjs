// A contributor's layer: outside the repository, with the published packages only. It must pass the contract of every layer, work
// between the library's own, train and sample.
import '@tensorflow/tfjs';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bernoulli, toHost } from '@pixelrnn/core';
import { digits, trainBatches } from '@pixelrnn/data';
import { sample } from '@pixelrnn/generate';
import { createLayer, maskedConv2d, plainLayer, registerLayer, rowLstm, sequential } from '@pixelrnn/layers';
import { createModel, imageModel } from '@pixelrnn/models';
import { layerContract } from '@pixelrnn/testing';
import { adam, modelShapes, train, unflatten } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';

/** y(r, c) = x(r, c) + w · x(r, c − 1), a weight for each channel; left of the image stand zeros. */
function leftNeighbor({ channels }) {
  return plainLayer({
    name: 'leftNeighbor',
    config: { channels },
    inputs: channels,
    outputs: channels,
    init: (rng) => ({ weights: tf.tensor1d(Array.from({ length: channels }, () => rng.uniform() - 0.5)) }),
    apply(params, x) {
      const [batch, height, width] = x.shape;
      const left = tf.slice(
        tf.pad(x, [
          [0, 0],
          [0, 0],
          [1, 0],
          [0, 0],
        ]),
        0,
        [batch, height, width, channels],
      );
      return tf.add(x, tf.mul(left, params.weights));
    },
    stream({ weights }, { batch }) {
      const left = new Float32Array(batch * channels);
      return {
        beginRow: () => left.fill(0),
        at: (x) => x.map((value, i) => value + weights[i % channels] * left[i]),
        advance: (x) => left.set(x),
        dispose() {},
      };
    },
  });
}

registerLayer('leftNeighbor', leftNeighbor);
await tf.setBackend('cpu');
layerContract('leftNeighbor', leftNeighbor({ channels: 4 }), { describe, it, createLayer });

describe('a model with it', () => {
  it('trains and samples', async () => {
    const dataset = digits({ binarize: 'threshold' });
    const network = sequential([
      maskedConv2d({ kernel: [3, 3], inputs: 1, outputs: 8, mask: 'A' }),
      leftNeighbor({ channels: 8 }),
      rowLstm({ channels: 8, hidden: 4 }),
      maskedConv2d({ kernel: [1, 1], inputs: 8, outputs: 1, mask: 'B', relu: true }),
    ]);
    const model = imageModel({ image: dataset.image, network, likelihood: bernoulli() });
    assert.equal(createModel(model.config).name, model.name);
    const nats = [];
    const { params } = await train({
      model,
      source: trainBatches(dataset, { batchSize: 16, seed: 1, startStep: 0 }),
      optimizer: adam({ learningRate: 0.01 }),
      steps: 50,
      seed: 1,
      onStep: (report) => nats.push(report.nats),
    });
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(mean(nats.slice(-10)) < 0.9 * mean(nats.slice(0, 10)), `nats: ${nats}`);
    const weights = await toHost(unflatten(params, modelShapes(model)));
    const { images } = await sample(model, weights, { count: 2, seed: 1 });
    assert.deepEqual([images.length, new Set(images).size], [2 * 64, 2]);
  });
});
