import { rng } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { outputHead } from './output-head.ts';

/** Which outputs change with each channel of the input: 3 channels, one for each colour. */
function connections(outputGroups?: number[]): boolean[][] {
  const head = outputHead({ inputs: 3, hidden: 12, layers: 1, outputs: 3, groups: 3, outputGroups });
  const params = head.init(rng('head'));
  const outputsFor = (pixel: number[]) => [
    ...head.apply(params, { here: tf.tensor4d(pixel, [1, 1, 1, 3]) }).here.dataSync(),
  ];
  const before = outputsFor([1, 1, 1]);
  return [0, 1, 2].map((input) =>
    outputsFor([1, 1, 1].map((value, i) => (i === input ? 4 : value))).map((value, i) => value !== before[i]),
  );
}

it('shows each output the groups that are its own, and those before', () => {
  expect(connections()).toEqual([
    [true, true, true],
    [false, true, true],
    [false, false, true],
  ]);
  expect(connections([2, 0, 2])).toEqual([
    [true, true, true],
    [true, false, true],
    [true, false, true],
  ]);
});
