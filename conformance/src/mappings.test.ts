// Mappings: the contract for each, and what it computes against TensorFlow.js's own operations.
import { BACKENDS } from '@pixelrnn/backends';
import { type Mapping, rng } from '@pixelrnn/core';
import {
  chain,
  convEncoder,
  convolution2d,
  createMapping,
  fullyConnected,
  registerMapping,
  transposedConv2d,
  upsampler,
} from '@pixelrnn/layers';
import { checkMapping, mappingContract, relativeError } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { startBefore, tagsOn } from './start.ts';

const upsampled = transposedConv2d({ size: [3, 2], inputs: 4, outputs: 5, stride: 2 });

const CASES: readonly Mapping[] = [
  upsampled,
  transposedConv2d({ size: [2, 3], inputs: 3, outputs: 2, stride: 3, activation: 'elu' }),
  convolution2d({ size: [4, 5], inputs: 3, outputs: 4 }),
  convolution2d({ size: [5, 4], inputs: 2, outputs: 3, stride: 2, activation: 'relu', normalize: true }),
  convolution2d({ size: [7, 5], inputs: 2, outputs: 3, kernel: 5, stride: 3, activation: 'elu' }),
  fullyConnected({ inputs: [2, 3, 2], outputs: [5] }),
  fullyConnected({ inputs: [4], outputs: [2, 1, 3], activation: 'elu', normalize: true }),
  chain([fullyConnected({ inputs: [3], outputs: [2, 2, 2] }), convolution2d({ size: [2, 2], inputs: 2, outputs: 1 })]),
  convEncoder({
    inputs: [5, 4, 2],
    outputs: [3],
    layers: [
      [4, 1],
      [3, 2],
    ],
    activation: 'elu',
  }),
  convEncoder({ inputs: [4, 4, 1], outputs: [2, 2, 3], layers: [[4, 2]], normalize: true }),
  upsampler({ inputs: [3], outputs: [4, 6, 2], layers: [[4, 2]], activation: 'elu' }),
  upsampler({
    inputs: [1, 2, 3],
    outputs: [4, 8, 2],
    layers: [
      [4, 2],
      [3, 2],
    ],
  }),
];

const titleOf = ({ name, inputs, outputs }: Mapping) => `${name} [${inputs}] → [${outputs}]`;

const createFrom = ({ name }: Mapping) => ({
  createMapping: (config: Mapping['config']) => createMapping({ name, config }),
});

afterAll(() => tf.setBackend('cpu'));

for (const backend of BACKENDS)
  describe(backend, { tags: tagsOn(backend) }, () => {
    const missing = startBefore(backend);
    const onBackend = (title: string, body: () => Promise<void>) =>
      it(title, ({ skip }) => (missing() === undefined ? body() : skip(missing())));

    for (const mapping of CASES)
      mappingContract(titleOf(mapping), mapping, { describe, it: onBackend, ...createFrom(mapping) });
  });

describe.each([
  [3, 1],
  [3, 2],
  [5, 2],
  [7, 2],
  [5, 3],
  [3, 3],
  [1, 2],
])('a convolution with a kernel of %i and a stride of %i', (kernel, stride) => {
  it.each([
    [4, 5],
    [7, 6],
  ])('on %i×%i is that of TensorFlow.js with zeros on all sides', (...size) => {
    const mapping = convolution2d({ size, inputs: 2, outputs: 3, kernel, stride });
    const params = mapping.init(rng(1));
    const x = tf.randomUniform<tf.Rank.R4>([2, ...size, 2]);
    const reach = (kernel - 1) / 2;
    const border: [number, number] = [reach, reach];
    const framed = tf.pad(x, [[0, 0], border, border, [0, 0]]);
    const filter = tf.reshape(params.weights, [kernel, kernel, 2, 3]) as tf.Tensor4D;
    const wanted = tf.conv2d(framed, filter, stride, 'valid');
    const found = mapping.apply(params, x);
    expect(found.shape).toEqual(wanted.shape);
    expect(relativeError(found.dataSync(), wanted.dataSync())).toBeLessThan(1e-6);
  });
});

it('an encoder is its convolutions, with an activation between them and none before the first', () => {
  const encoder = convEncoder({
    inputs: [3, 3, 1],
    outputs: [2],
    layers: [
      [2, 1],
      [2, 2],
    ],
  });
  const params = encoder.init(rng(1));
  const x = tf.randomUniform<tf.Rank.R4>([2, 3, 3, 1], -1, 1);
  const [first, second, last] = [
    convolution2d({ size: [3, 3], inputs: 1, outputs: 2 }),
    convolution2d({ size: [3, 3], inputs: 2, outputs: 2, stride: 2 }),
    fullyConnected({ inputs: [2, 2, 2], outputs: [2] }),
  ];
  const of = (key: string) => params[key] as ReturnType<typeof first.init>;
  const hidden = tf.relu(first.apply(of('0-convolution2d'), x));
  const features = tf.relu(second.apply(of('1-convolution2d'), hidden));
  const wanted = last.apply(of('2-fullyConnected'), features);
  expect(relativeError(encoder.apply(params, x).dataSync(), wanted.dataSync())).toBeLessThan(1e-6);
});

it('mappings of one’s own are known by name', () => {
  const half = (): Mapping => ({ ...CASES[5], name: 'half' });
  registerMapping('half', half);
  expect(createMapping({ name: 'half', config: {} }).name).toBe('half');
  const config = { mappings: [{ name: 'half', config: {} }] };
  expect(createMapping({ name: 'chain', config }).outputs).toEqual([5]);
  expect(() => createMapping({ name: 'third', config: {} })).toThrow('createMapping: wanted one of convolution2d,');
});

it.each<[string, () => unknown, string]>([
  [
    'an even kernel',
    () => convolution2d({ size: [4, 4], inputs: 1, outputs: 1, kernel: 4 }),
    'convolution2d: wanted an odd kernel, which has a centre, got 4',
  ],
  [
    'an unknown activation',
    () => fullyConnected({ inputs: [1], outputs: [1], activation: 'tanh' as 'elu' }),
    'fullyConnected: wanted an activation of none, relu, elu, got "tanh"',
  ],
  ['an empty chain', () => chain([]), 'chain: wanted at least one mapping, got none'],
  [
    'a chain that does not fit',
    () => chain([fullyConnected({ inputs: [1], outputs: [2] }), fullyConnected({ inputs: [3], outputs: [2] })]),
    'chain: fullyConnected (mapping 1) wants [3], but gets [2]',
  ],
  [
    'strides that leave another size',
    () => convEncoder({ inputs: [4, 4, 1], outputs: [4, 4, 1], layers: [[2, 2]] }),
    'convEncoder: wanted strides that leave [4,4,1], got [2,2,1]',
  ],
  [
    'factors that do not divide the size',
    () => upsampler({ inputs: [2], outputs: [6, 6, 1], layers: [[2, 4]] }),
    'upsampler: wanted factors whose product divides 6×6, got 4 of 1',
  ],
])('refuses %s', (_, make, message) => {
  expect(make).toThrow(message);
});

it('transposedConv2d: every pixel becomes the block that the transposed convolution of TensorFlow.js makes of it', () => {
  const params = upsampled.init(rng(1));
  const x = tf.randomUniform<tf.Rank.R4>([2, 3, 2, 4]);
  // tf.conv2dTranspose: filter [s, s, outputs, inputs]
  const filter = tf.transpose(tf.reshape(params.weights, [4, 2, 2, 5]), [1, 2, 3, 0]) as tf.Tensor4D;
  const wanted = tf.conv2dTranspose(x, filter, [2, 6, 4, 5], 2, 'valid').dataSync();
  const found = upsampled.apply(params, x).dataSync();
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i], 5);
  });
});

it('the contract finds a run that is another function, and inputs that see each other', async () => {
  const changed = (change: (y: Float32Array, batch: number) => Float32Array): typeof upsampled => ({
    ...upsampled,
    prepare: (weights) => {
      const prepared = upsampled.prepare(weights);
      return { ...prepared, run: (x, batch) => change(prepared.run(x, batch), batch) };
    },
  });
  await expect(checkMapping(changed((y) => y.map((value) => 1.001 * value)))).rejects.toThrow(
    'checkMapping: transposedConv2d: wanted of run what apply gives, got a difference of',
  );
  await expect(checkMapping(changed((y, batch) => y.map((value) => value * (1 + 2 ** -22 * batch))))).rejects.toThrow(
    'input 0 gives something else alone than in a batch of 3',
  );
});

it('transposedConv2d says what it wanted', async () => {
  const params = upsampled.init(rng(1));
  expect(() => upsampled.apply(params, tf.zeros([1, 2, 3, 4]))).toThrow('wanted [B,3,2,4], got [1,2,3,4]');
  const prepared = upsampled.prepare({ weights: new Float32Array(80), bias: new Float32Array(5) });
  expect(() => prepared.run(new Float32Array(23), 1)).toThrow('transposedConv2d: wanted 24 values, got 23');
  prepared.dispose();
  expect(() => prepared.run(new Float32Array(24), 1)).toThrow('wanted its weights to run, got a call after dispose');
});
