import { type Features, type Layer, rng } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { gatedConv2d } from '../gated/gated-conv2d.ts';
import { layerKey, sequential } from './sequential.ts';

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
