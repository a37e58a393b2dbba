// What layers say of options and inputs that they cannot take: in one line, what they wanted and what they got.
import { type Features, type Layer, rng } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  convEncoder,
  diagonalBiLstm,
  encodedMap,
  gatedConv2d,
  maskedConv2d,
  residual,
  rowLstm,
  sequential,
  skipSum,
  twoStream,
} from './index.ts';

const conv = { kernel: [3, 3], inputs: 2, outputs: 2, mask: 'B' } as const;
const lstm = { channels: 4, hidden: 2 };

it.each<[string, () => Layer, string]>([
  [
    'a residual with mask A',
    () => maskedConv2d({ ...conv, mask: 'A', residual: true }),
    'maskedConv2d: wanted mask B and inputs = outputs for a residual, got mask A, 2 → 2',
  ],
  [
    'a residual of another width',
    () => maskedConv2d({ ...conv, outputs: 3, residual: true }),
    'maskedConv2d: wanted mask B and inputs = outputs for a residual, got mask B, 2 → 3',
  ],
  [
    'groups of other outputs',
    () => maskedConv2d({ ...conv, outputGroups: [0, 1, 2] }),
    'maskedConv2d: wanted 2 output groups, got 3',
  ],
  [
    'an encoder of a map for a network that reads none',
    () => encodedMap(rowLstm(lstm), convEncoder({ inputs: [5, 4, 1], outputs: [5, 4, 2], layers: [] })),
    'encodedMap: wanted a network that reads a map, got rowLstm',
  ],
  [
    'an encoder to a map of another width',
    () => encodedMap(rowLstm({ ...lstm, map: 3 }), convEncoder({ inputs: [5, 4, 1], outputs: [5, 4, 2], layers: [] })),
    'encodedMap: wanted an encoder to a map [5,4,3], as rowLstm reads it, got convEncoder of [5,4,1] → [5,4,2]',
  ],
  [
    'an LSTM with a residual of another width',
    () => rowLstm({ ...lstm, outputs: 3 }),
    'rowLstm: wanted outputs = channels for a residual, got 4 → 3',
  ],
  [
    'three directions',
    () => diagonalBiLstm({ ...lstm, directions: 3 as 2 }),
    'diagonalBiLstm: wanted 1 or 2 directions, got 3',
  ],
  [
    'a first gated layer with a residual',
    () => gatedConv2d({ channels: 2, size: 3, first: { inputs: 2 }, residual: true }),
    'gatedConv2d: wanted no residual in the first layer, it would show a pixel to itself',
  ],
  ['an even size', () => gatedConv2d({ channels: 2, size: 4 }), 'gatedConv2d: wanted an odd size of at least 3, got 4'],
  ['no size', () => gatedConv2d({ channels: 2, size: 1 }), 'gatedConv2d: wanted an odd size of at least 3, got 1'],
  [
    'a residual around a layer that widens',
    () => residual(maskedConv2d({ ...conv, outputs: 3 })),
    'residual: wanted as many outputs as inputs, got maskedConv2d with 2 → 3',
  ],
  ['an empty chain', () => sequential([]), 'sequential: wanted at least one layer, got none'],
  ['an empty chain with skips', () => skipSum([], { outputs: 2 }), 'skipSum: wanted at least one layer, got none'],
  [
    'layers that do not fit',
    () => sequential([maskedConv2d(conv), rowLstm(lstm)]),
    'sequential: rowLstm (layer 1) wants 4 channels, but gets 2 channels',
  ],
  [
    'a second map that is not there',
    () => skipSum([maskedConv2d(conv), gatedConv2d({ channels: 2, size: 3 })], { outputs: 2 }),
    'skipSum: gatedConv2d (layer 1) wants 2 channels and 2 above, but gets 2 channels',
  ],
  [
    'layers under different classes',
    () => sequential([2, 3].map((classes) => gatedConv2d({ channels: 2, size: 3, classes }))),
    'sequential: wanted layers that agree on classes, got 2 and 3',
  ],
])('refuses %s', (_, build, message) => {
  expect(build).toThrow(message);
});

it.each<[string, Layer, Features<tf.Tensor4D>, string]>([
  [
    'a map of other channels',
    maskedConv2d(conv),
    { here: tf.zeros([1, 2, 2, 3]) },
    'maskedConv2d: wanted 2 channels, got a map of shape [1,2,2,3]',
  ],
  [
    'one map where it reads two',
    gatedConv2d({ channels: 2, size: 3 }),
    { here: tf.zeros([1, 2, 2, 2]) },
    'gatedConv2d: wanted a map `above`, got none (is a first layer missing?)',
  ],
  [
    'an image of other channels',
    twoStream({ inputs: 1, outputs: 1, filters: 1, resnets: 1, scales: 1 }),
    { here: tf.zeros([1, 2, 2, 3]) },
    'twoStream: wanted 1 channels, got a map of shape [1,2,2,3]',
  ],
  [
    'no labels where it has classes',
    gatedConv2d({ channels: 2, size: 3, first: { inputs: 2 }, classes: 5 }),
    { here: tf.zeros([4, 2, 2, 2]) },
    'gatedConv2d: wanted 4 labels for 5 classes, got none',
  ],
])('refuses %s', (_, layer, x, message) => {
  expect(() => layer.apply(layer.init(rng(1)), x)).toThrow(message);
});
