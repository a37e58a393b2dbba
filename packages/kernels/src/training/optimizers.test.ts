import { expect, test } from 'vitest';
import { error, random, run } from './harness.fixture.ts';

const SIZE = 103;
const vector = (seed: number) => random([SIZE], seed);
const positive = (seed: number) => ({ shape: [SIZE], values: Array.from(vector(seed).values, Math.abs) });

test('Adam', () => {
  const [alpha, beta1, beta2, epsilon, step] = [0.01, 0.9, 0.99, 1e-7, 3];
  const inputs = { params: vector(1), gradients: vector(2), mean: vector(3), square: positive(4) };
  const rate = alpha / (1 - beta1 ** step);
  const correction = 1 / Math.sqrt(1 - beta2 ** step);
  const results = run('PixelrnnAdam', inputs, { rate, correction, beta1, beta2, epsilon });
  const g = Array.from(inputs.gradients.values);
  const mean = g.map((value, i) => beta1 * inputs.mean.values[i] + (1 - beta1) * value);
  const square = g.map((value, i) => beta2 * inputs.square.values[i] + (1 - beta2) * value ** 2);
  const params = g.map((_, i) => {
    const [corrected, spread] = [mean[i] / (1 - beta1 ** step), square[i] / (1 - beta2 ** step)];
    return inputs.params.values[i] - (alpha * corrected) / (Math.sqrt(spread) + epsilon);
  });
  expect(results.length).toBe(3);
  for (const [i, wanted] of [params, mean, square].entries()) expect(error(results[i], wanted)).toBeLessThan(1e-6);
});

test('RMSProp', () => {
  const [rate, decay, epsilon] = [0.01, 0.95, 1e-4];
  const inputs = { params: vector(1), gradients: vector(2), square: positive(3) };
  const results = run('PixelrnnRmsprop', inputs, { rate, decay, epsilon });
  const g = Array.from(inputs.gradients.values);
  const square = g.map((value, i) => decay * inputs.square.values[i] + (1 - decay) * value ** 2);
  const params = g.map((value, i) => inputs.params.values[i] - (rate * value) / (Math.sqrt(square[i]) + epsilon));
  expect(results.length).toBe(2);
  for (const [i, wanted] of [params, square].entries()) expect(error(results[i], wanted)).toBeLessThan(1e-6);
});

test.each([1, 103, 20_011])('the norm of %i values', (size) => {
  const vector = random([size], 5);
  const [norm] = run('PixelrnnNorm', { vector }, {});
  expect(norm.length).toBe(1);
  expect(norm[0]).toBeCloseTo(Math.hypot(...Array.from(vector.values)), 3);
});

test('vectors of another length, and missing numbers, are refused', () => {
  const inputs = { params: vector(1), gradients: random([3], 2), square: positive(3) };
  const attributes = { rate: 1, decay: 1, epsilon: 1 };
  expect(() => run('PixelrnnRmsprop', inputs, attributes)).toThrow(
    'PixelrnnRmsprop: expected gradients [n = 103], got [3]',
  );
  expect(() => run('PixelrnnRmsprop', { ...inputs, gradients: vector(2) }, { ...attributes, decay: 'x' })).toThrow(
    /expected a number decay, got x/,
  );
});
