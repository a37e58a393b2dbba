import { expect, test } from 'vitest';
import { OPTIMIZER_KERNELS } from '../ops.ts';
import { error, random, run, type Tensor, type Tensors } from './harness.fixture.ts';

const SHAPES = [[3], [2, 5], [1, 1, 4, 9], []];
const lists = (names: readonly string[], positive: readonly string[]): Tensors =>
  Object.fromEntries(
    names.flatMap((name, n) =>
      SHAPES.map((shape, i): [string, Tensor] => {
        const tensor = random(shape, 10 * n + i + 1);
        const values = positive.includes(name) ? Array.from(tensor.values, Math.abs) : tensor.values;
        return [`${name}${i}`, { shape, values }];
      }),
    ),
  );
const settings = (values: number[]): Tensor => ({ shape: [values.length], values });

test('Adam with averages', () => {
  const [rate, b1, b2, epsilon, decay, step] = [0.01, 0.9, 0.99, 1e-7, 0.95, 3];
  const inputs = {
    ...lists(OPTIMIZER_KERNELS.adam.lists, ['v']),
    settings: settings([rate, b1, b2, epsilon, 1 - b1 ** step, 1 - b2 ** step, decay]),
  } as Tensors;
  const results = run('PixelrnnAdam', inputs, {});
  expect(results.length).toBe(16);
  SHAPES.forEach((_, i) => {
    const [w, g, m, v, average] = OPTIMIZER_KERNELS.adam.lists.map((name) => Array.from(inputs[`${name}${i}`].values));
    const newM = m.map((value, k) => b1 * value + (1 - b1) * g[k]);
    const newV = v.map((value, k) => b2 * value + (1 - b2) * g[k] ** 2);
    const newW = w.map(
      (value, k) => value - (rate * (newM[k] / (1 - b1 ** step))) / (Math.sqrt(newV[k] / (1 - b2 ** step)) + epsilon),
    );
    const newAverage = average.map((value, k) => decay * value + (1 - decay) * newW[k]);
    for (const [k, wanted] of [newW, newM, newV, newAverage].entries())
      expect(error(results[4 * k + i], wanted)).toBeLessThan(1e-6);
  });
});

test('RMSProp without averages', () => {
  const [rate, decay, epsilon] = [0.01, 0.95, 1e-4];
  const inputs = {
    ...lists(['variables', 'gradients', 's'], ['s']),
    settings: settings([rate, decay, epsilon, 0]),
  } as Tensors;
  const results = run('PixelrnnRmsprop', inputs, {});
  expect(results.length).toBe(8);
  SHAPES.forEach((_, i) => {
    const [w, g, s] = ['variables', 'gradients', 's'].map((name) => Array.from(inputs[`${name}${i}`].values));
    const newS = s.map((value, k) => decay * value + (1 - decay) * g[k] ** 2);
    const newW = w.map((value, k) => value - (rate * g[k]) / (Math.sqrt(newS[k]) + epsilon));
    expect(error(results[i], newW)).toBeLessThan(1e-6);
    expect(error(results[4 + i], newS)).toBeLessThan(1e-6);
  });
});

test('lists that do not match are refused', () => {
  const inputs = { ...lists(['variables', 'gradients', 's'], ['s']), settings: settings([1, 1, 1, 1]) } as Tensors;
  expect(() => run('PixelrnnRmsprop', { ...inputs, gradients1: random([3], 1) }, {})).toThrow(
    /PixelrnnRmsprop: expected gradients of shapes/,
  );
  expect(() => run('PixelrnnRmsprop', { ...inputs, settings: settings([1]) }, {})).toThrow(/expected settings \[4\]/);
});
