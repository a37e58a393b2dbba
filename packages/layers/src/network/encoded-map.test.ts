import { type Params, rng, toHost } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { gatedConv2d } from '../gated/gated-conv2d.ts';
import { convEncoder } from '../mapping/conv-encoder.ts';
import { encodedMap } from './encoded-map.ts';
import { layerConfig } from './layer-config.ts';
import { createLayer } from './registry.ts';

const [HEIGHT, WIDTH] = [5, 5];
const network = gatedConv2d({ channels: 4, size: 3, first: { inputs: 1 }, map: 2 });
const encoder = convEncoder({ inputs: [HEIGHT, WIDTH, 1], outputs: [HEIGHT, WIDTH, 2], layers: [[3, 1]] });
const layer = encodedMap(network, encoder);

const random = (seed: string, channels: number) =>
  tf.randomUniform([1, HEIGHT, WIDTH, channels], -1, 1, 'float32', seed) as tf.Tensor4D;

/** Where the map has an influence on the output at the middle pixel, row after row. */
function seenOf(own: typeof layer, channels: number): string[] {
  const [image, map, params] = [random('image', 1), random('map', channels), own.init(rng(2)) as Params];
  const atMiddle = (told: tf.Tensor) =>
    tf.sum(
      tf.slice(own.apply(params, { here: image }, { map: told as tf.Tensor4D }).here, [0, 2, 2, 0], [1, 1, 1, -1]),
    );
  const slopes = tf.sum(tf.abs(tf.grad(atMiddle)(map)), 3).dataSync();
  return Array.from({ length: HEIGHT }, (_, row) =>
    Array.from(slopes.subarray(row * WIDTH, (row + 1) * WIDTH), (slope) => (slope > 0 ? '■' : '·')).join(''),
  );
}

it('shows a pixel what lies around it in the map, in all directions, where one layer alone shows it what stands there', () => {
  expect(seenOf(layer, 1)).toEqual(['·····', '·■■■·', '·■■■·', '·■■■·', '·····']);
  expect(seenOf(network, 2)).toEqual(['·····', '·····', '··■··', '·····', '·····']);
});

it('is built again from its config', () => {
  const { name, config } = layerConfig(layer);
  expect(createLayer({ name, config }).config).toEqual(config);
});

it('refuses a map of another size, and a stream without one', async () => {
  const [params, image] = [layer.init(rng(0)), random('image', 1)];
  expect(() => layer.apply(params, { here: image }, { map: tf.zeros([1, 2, 2, 1]) })).toThrow(
    'encodedMap: wanted a map [1,5,5,1], got [1,2,2,1]',
  );
  const prepared = layer.prepare(await toHost(params));
  expect(() => prepared.open({ batch: 1, height: HEIGHT, width: WIDTH })).toThrow(
    'encodedMap: wanted a map [1,5,5,1], got none',
  );
  prepared.dispose();
});
