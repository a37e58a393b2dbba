import { type Features, type Layer, rng, toHost } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { pixelCnnBlock } from '../convolution/pixel-cnn-block.ts';
import { gatedConv2d } from '../gated/gated-conv2d.ts';
import { layerKey, sequential } from './sequential.ts';
import { skipSum } from './skip-sum.ts';

const valuesOf = ({ here, above }: Features<tf.Tensor4D>) => [here, above!].map((map) => [...map.dataSync()]);

it('hands a first gated layer behind a two-stack layer what its caller would: `here` alone', () => {
  const channels = 3;
  const layers = [
    gatedConv2d({ channels, size: 5, first: { inputs: 1 } }),
    gatedConv2d({ channels, size: 3 }),
    gatedConv2d({ channels, size: 3, first: { inputs: channels } }),
  ] as Layer[];
  const network = sequential(layers);
  const params = network.init(rng('chain'));
  const image = { here: tf.randomNormal([2, 4, 5, 1], 0, 1, 'float32', 3) as tf.Tensor4D };
  const byHand = layers.reduce(
    (maps: Features<tf.Tensor4D>, layer, i) => layer.apply(params[layerKey(layer, i)] as typeof params, maps),
    image,
  );
  expect(valuesOf(network.apply(params, image))).toEqual(valuesOf(byHand));
});

/** Keeps the random numbers that it forks, as a layer with dropout would; doubles its input. */
function listener(seen: number[]): Layer {
  return {
    name: 'listener',
    config: {},
    inputs: { here: 1 },
    outputs: { here: 1 },
    init: () => ({}),
    apply(_, { here }, context) {
      seen.push(context!.rng!.fork('dropout').uniform());
      return { here: tf.mul(here, 2) as tf.Tensor4D };
    },
    prepare() {
      throw new Error('not streamed here');
    },
  };
}

it.each<[string, (layers: Layer[]) => Layer]>([
  ['sequential', sequential],
  ['skipSum', (layers) => skipSum(layers, { outputs: 1 })],
])('gives each layer random numbers of its own: %s', (_, container) => {
  const seen: number[] = [];
  const network = container([listener(seen), listener(seen)]);
  const apply = () => network.apply(network.init(rng(1)), { here: tf.ones([1, 1, 1, 1]) }, { rng: rng('dropout') });
  apply();
  expect(seen).toHaveLength(2);
  expect(seen[0]).not.toBe(seen[1]);
  apply();
  expect(seen.slice(2)).toEqual(seen.slice(0, 2));
});

it('starts equal layers with weights of their own', async () => {
  const layer = pixelCnnBlock({ channels: 4, hidden: 2 });
  const weights = await toHost(sequential([layer, layer] as Layer[]).init(rng(1)));
  expect(weights['0-pixelCnnBlock']).not.toEqual(weights['1-pixelCnnBlock']);
});
