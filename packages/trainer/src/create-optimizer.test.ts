import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type BuiltInOptimizerConfig, createOptimizer, registerOptimizer } from './create-optimizer.ts';
import type { Optimizer } from './optimizer.ts';

/** Updates with the gradients given, one after the other. */
function run(optimizer: Optimizer, start: number[], gradients: number[][]): number[] {
  let params = tf.tensor1d(start);
  let state = optimizer.init(params);
  gradients.forEach((gradient, step) => {
    const { learningRate } = optimizer;
    ({ params, state } = optimizer.update({ params, gradients: tf.tensor1d(gradient), state, step, learningRate }));
  });
  return [...params.dataSync()];
}

/** The published formulas on numbers, written out again without vectors or folded constants. */
const reference: Record<BuiltInOptimizerConfig['name'], (start: number, gradients: number[]) => number> = {
  adam(theta, gradients) {
    let [m, v] = [0, 0];
    gradients.forEach((g, i) => {
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      theta -= (0.01 * (m / (1 - 0.9 ** (i + 1)))) / (Math.sqrt(v / (1 - 0.999 ** (i + 1))) + 1e-8);
    });
    return theta;
  },
  rmsprop(theta, gradients) {
    let s = 0;
    for (const g of gradients) {
      s = 0.99 * s + 0.01 * g * g;
      theta -= (0.01 * g) / (Math.sqrt(s) + 1e-8);
    }
    return theta;
  },
};

describe.each(['adam', 'rmsprop'] as const)('%s', (name) => {
  const optimizer = createOptimizer({ name, learningRate: 0.01 });
  const gradients = [
    [1, -2e-3, 0, 300],
    [0.5, 4e-3, 0, -100],
    [-3, 1e-3, 0, 20],
  ];

  it('follows the published formula', () => {
    const start = [1, -1, 2, 0.5];
    const expected = start.map((theta, i) =>
      reference[name](
        theta,
        gradients.map((g) => g[i]),
      ),
    );
    expect(run(optimizer, start, gradients)).toEqual(expected.map((value) => expect.closeTo(value, 5)));
  });

  it('C13: never moves a parameter without a gradient', () => {
    expect(run(optimizer, [1, -1, 2, 0.5], gradients)[2]).toBe(2);
  });

  it('can be built again from its config', () => {
    const again = createOptimizer(JSON.parse(JSON.stringify({ name, ...optimizer.config })));
    expect(again.config).toEqual(optimizer.config);
    expect(again.learningRate).toBe(0.01);
  });

  it('leaves its inputs and the tensor count alone', () => {
    const params = tf.tensor1d([1, 2]);
    const state = optimizer.init(params);
    const before = tf.memory().numTensors;
    const next = optimizer.update({ params, gradients: tf.tensor1d([1, 1]), state, step: 0, learningRate: 0.1 });
    expect(tf.memory().numTensors - before).toBe(2 + Object.keys(state).length);
    expect([...params.dataSync()]).toEqual([1, 2]);
    expect(next.params.dataSync()[0]).toBeLessThan(1);
  });
});

it('makes what was registered, again from its config', () => {
  const descend = ({ learningRate = 0.1, floor = 0 }: { learningRate?: number; floor?: number }): Optimizer => ({
    name: 'descend',
    config: { learningRate, floor },
    learningRate,
    init: () => ({}),
    update: ({ params, gradients, learningRate: rate }) => ({
      params: tf.tidy(() => tf.maximum(floor, tf.sub(params, tf.mul(gradients, rate)))),
      state: {},
    }),
  });
  registerOptimizer('descend', descend);
  const optimizer = createOptimizer({ name: 'descend', learningRate: 0.5, floor: -1 });
  const again = createOptimizer({ name: optimizer.name, ...JSON.parse(JSON.stringify(optimizer.config)) });
  expect(again.config).toEqual({ learningRate: 0.5, floor: -1 });
  expect(run(again, [1, 0], [[1, 4]])).toEqual([0.5, -1]);
  expect(() => registerOptimizer('adam', descend)).toThrow('registerOptimizer: "adam" is taken by another factory');
});

it.each<[object, string]>([
  [
    { name: 'sgd' },
    'createOptimizer: wanted one of adam, rmsprop, descend, got "sgd" (registerOptimizer adds to them)',
  ],
  [{ name: 'adam', betas: [0.9, 0.999] }, 'adam: wanted only learningRate, beta1, beta2, epsilon, got betas'],
  [{ name: 'adam', beta2: 1 }, 'adam: wanted a number of 0 … 1 (below 1) for beta2, got 1'],
  [{ name: 'rmsprop', learningRate: '0.1' }, 'rmsprop: wanted a positive number for learningRate, got "0.1"'],
])('refuses %j', (config, message) => {
  expect(() => createOptimizer(config as BuiltInOptimizerConfig)).toThrow(message);
});
