// What models say of options and images that they cannot take: in one line, what they wanted and what they got.
import { categorical, createEncoding, type ImageSpec, rng } from '@pixelrnn/core';
import { maskedConv2d } from '@pixelrnn/layers';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  createModel,
  imageModel,
  multiScale,
  type PixelCnnOptions,
  pixelCnn,
  pixelCnnPp,
  pixelRnn,
  registerModel,
} from './index.ts';

const image: ImageSpec = { height: 2, width: 3, channels: 1, levels: 4 };
const square: ImageSpec = { ...image, width: 2 };
const system = { system: 'pixelCnn', layers: 1, hidden: 2, head: 2 };
const mapped = { channels: 4, size: 3, first: { inputs: 1 }, map: 2 };
const sizes = { image, layers: 1, hidden: 2, head: 2 };

registerModel('blind', ({ map: _, ...options }: PixelCnnOptions) => pixelCnn(options));

/** A model of one convolution, 1 → `outputs`. */
const model = (given: Partial<Parameters<typeof imageModel>[0]>, outputs = 4) =>
  imageModel({
    name: 'tiny',
    image,
    network: maskedConv2d({ kernel: [3, 3], inputs: 1, outputs, mask: 'A' }),
    likelihood: categorical({ channels: 1, levels: 4 }),
    config: {},
    ...given,
  });

it.each<[string, () => unknown, string]>([
  [
    'no image',
    () => pixelCnn({ ...sizes, image: undefined as never }),
    'pixelCnn: wanted image = { height, width, channels ≥ 1, levels ≥ 2 }, got undefined',
  ],
  [
    'an image of one level',
    () => pixelCnn({ ...sizes, image: { ...image, levels: 1 } }),
    'pixelCnn: wanted image = { height, width, channels ≥ 1, levels ≥ 2 }, got {"height":2,"width":3,"channels":1,"levels":1}',
  ],
  [
    'another LSTM',
    () => pixelRnn({ ...sizes, lstm: 'column' as 'row' }),
    'pixelRnn: wanted lstm = row or diagonal, got "column"',
  ],
  [
    'an encoder of a map without the map',
    () => pixelCnn({ ...sizes, mapEncoder: { name: 'convEncoder', config: {} }, features: 2 }),
    'pixelCnn: wanted map, mapEncoder and features together, got {"mapEncoder":{"name":"convEncoder","config":{}},"features":2}',
  ],
  [
    'a factor that does not divide the image',
    () => multiScale({ image, factor: 2, small: system, large: system }, createModel),
    'multiScale: wanted a factor of at least 2 that divides 2 and 3, got 2',
  ],
  [
    'a scale with an image of its own',
    () =>
      multiScale({ image: square, factor: 2, small: { ...system, image: { ...square } }, large: system }, createModel),
    'multiScale: wanted no image in small, it follows from the others, got one',
  ],
  [
    'a small scale under a map',
    () =>
      multiScale(
        {
          image: square,
          factor: 2,
          small: { system: 'imageModel', likelihood: 'categorical', network: { name: 'gatedConv2d', config: mapped } },
          large: system,
        },
        createModel,
      ),
    'multiScale: wanted a small system that reads no map, got gatedConv2d',
  ],
  [
    'a large scale that does not read its map',
    () => multiScale({ image: square, factor: 2, small: system, large: { ...system, system: 'blind' } }, createModel),
    'multiScale: wanted a large system that reads a map of 32 channels and draws nothing before the first pixel, got pixelCnn',
  ],
  [
    'a likelihood that leaves the colours to the network, which has no masks for them',
    () => pixelCnnPp({ image: { ...image, channels: 3 }, likelihood: 'categorical' }),
    'pixelCnnPp: wanted a likelihood that ties the colours of a pixel itself, such as logisticMixture, got categorical',
  ],
  [
    'all numbers dropped',
    () => pixelCnnPp({ image, dropout: 1 }),
    'pixelCnnPp: wanted a fraction of 0 … 1 (below 1) for dropout, got 1',
  ],
  [
    'a likelihood of other levels',
    () => model({ likelihood: categorical({ channels: 1, levels: 5 }) }, 5),
    'imageModel: wanted a likelihood of 1 channels of 4 levels, got categorical of 1 channels of 5 levels',
  ],
  [
    'an encoding of other channels',
    () => model({ encoding: createEncoding('scaled', { channels: 3, levels: 4 }) }),
    'imageModel: wanted an encoding of 1 channels of 4 levels, got scaled of 3 channels of 4 levels',
  ],
  [
    'a network of other outputs',
    () => model({}, 3),
    'imageModel: wanted a network of 1 → 4 channels, got maskedConv2d of 1 → 3',
  ],
  [
    'images of another shape',
    () => {
      const tiny = model({});
      return tiny.nats(tiny.init(rng(1)), tf.zeros([5, 3, 2, 1]));
    },
    'tiny: wanted images of shape [B,2,3,1], got [5,3,2,1]',
  ],
])('refuses %s', (_, make, message) => {
  expect(make).toThrow(message);
});
