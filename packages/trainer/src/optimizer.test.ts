import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createOptimizer, type Optimizer, type OptimizerConfig } from './optimizer.ts';

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
const reference: Record<OptimizerConfig['name'], (start: number, gradients: number[]) => number> = {
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
    const again = createOptimizer({ name, ...optimizer.config } as OptimizerConfig);
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

it('names what it wanted', () => {
  expect(() => createOptimizer({ name: 'sgd' } as unknown as OptimizerConfig)).toThrow(
    'wanted adam or rmsprop, got {"name":"sgd"}',
  );
});
