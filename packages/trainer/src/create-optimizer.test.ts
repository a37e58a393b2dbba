import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
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
  // Algorithm 2 as it is printed: the decay is part of the same subtraction as the step.
  adamw(theta, gradients) {
    let [m, v] = [0, 0];
    gradients.forEach((g, i) => {
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      const step = m / (1 - 0.9 ** (i + 1)) / (Math.sqrt(v / (1 - 0.999 ** (i + 1))) + 1e-8);
      theta -= 0.01 * step + 0.01 * 1e-2 * theta;
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

const gradients = [
  [1, -2e-3, 0, 300],
  [0.5, 4e-3, 0, -100],
  [-3, 1e-3, 0, 20],
];

/**
 * Of PyTorch 2.15: `torch.optim.Adam`, `AdamW` and `RMSprop` with `lr=0.01` and their other defaults, after one `step()` from `start`
 * with each of `gradients` in `theta.grad`, printed as doubles with 8 decimals.
 */
const pytorch: Record<BuiltInOptimizerConfig['name'], number[]> = {
  adam: [0.98415041, -0.99781758, 2.0, 0.48250672],
  adamw: [0.98385334, -0.9975192, 1.9993999, 0.48235911],
  rmsprop: [0.94890553, -1.01148212, 2.0, 0.42539382],
};

describe.each(['adam', 'adamw', 'rmsprop'] as const)('%s', (name) => {
  const optimizer = createOptimizer({ name, learningRate: 0.01 });
  const start = [1, -1, 2, 0.5];

  it('follows the published formula', () => {
    const expected = start.map((theta, i) =>
      reference[name](
        theta,
        gradients.map((g) => g[i]),
      ),
    );
    expect(run(optimizer, start, gradients)).toEqual(expected.map((value) => expect.closeTo(value, 5)));
  });

  it('gives the numbers of PyTorch', () => {
    expect(run(optimizer, start, gradients)).toEqual(pytorch[name].map((value) => expect.closeTo(value, 6)));
  });

  it('C13: never moves a parameter without a gradient, but for its decay', () => {
    const expected = name === 'adamw' ? expect.closeTo(2 * (1 - 0.01 * 0.01) ** 3, 6) : 2;
    expect(run(optimizer, start, gradients)[2]).toEqual(expected);
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

describe('adamw', () => {
  const options = { learningRate: 0.01, epsilon: 1e-3 };

  it('gives the numbers of PyTorch with options of its own', () => {
    // `AdamW(…, lr=0.01, weight_decay=0.1, eps=1e-3)`, as above.
    const expected = [0.9812026, -0.99614489, 1.99400616, 0.48103228].map((value) => expect.closeTo(value, 6));
    expect(run(adamw({ ...options, weightDecay: 0.1 }), [1, -1, 2, 0.5], gradients)).toEqual(expected);
  });

  it('is adam without decay, to the bit', () => {
    const start = [1, -1, 2, 0.5];
    expect(run(adamw({ ...options, weightDecay: 0 }), start, gradients)).toEqual(run(adam(options), start, gradients));
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
    'createOptimizer: wanted one of adam, adamw, rmsprop, descend, got "sgd" (registerOptimizer adds to them)',
  ],
  [{ name: 'adam', betas: [0.9, 0.999] }, 'adam: wanted only learningRate, beta1, beta2, epsilon, got betas'],
  [{ name: 'adamw', weightDecay: -1 }, 'adamw: wanted a number of at least 0 for weightDecay, got -1'],
  [{ name: 'adam', beta2: 1 }, 'adam: wanted a number of 0 … 1 (below 1) for beta2, got 1'],
  [{ name: 'rmsprop', learningRate: '0.1' }, 'rmsprop: wanted a positive number for learningRate, got "0.1"'],
])('refuses %j', (config, message) => {
  expect(() => createOptimizer(config as BuiltInOptimizerConfig)).toThrow(message);
});
