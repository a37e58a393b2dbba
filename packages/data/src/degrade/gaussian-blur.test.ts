import { rng } from '@pixelrnn/core';
import { describe, expect, it } from 'vitest';
import { gaussianBlur, gaussianKernel } from './gaussian-blur.ts';

describe('gaussianKernel', () => {
  it.each([0.3, 1, 1.5, 4])('σ = %d: sums to one, is symmetric, and has the variance σ² where it is wide', (sigma) => {
    const kernel = gaussianKernel(sigma);
    const radius = (kernel.length - 1) / 2;
    expect(radius).toBe(Math.floor(4 * sigma + 0.5));
    expect(kernel.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect([...kernel].reverse()).toEqual([...kernel]);
    const variance = kernel.reduce((sum, weight, i) => sum + weight * (i - radius) ** 2, 0);
    if (sigma >= 1) expect(Math.abs(variance / sigma ** 2 - 1)).toBeLessThan(2e-3);
  });
});

describe('gaussianBlur', () => {
  it('is the sum over a neighbourhood that goes on at the border as at its edge', () => {
    const image = { height: 4, width: 5, channels: 2, levels: 256 };
    const source = rng('blur');
    const values = Float32Array.from({ length: 40 }, source.uniform);
    const blurred = gaussianBlur(values, image, 0.8);
    const weight = (d: number) => Math.exp(-(d * d) / (2 * 0.8 * 0.8));
    let total = 0;
    for (let d = -3; d <= 3; d++) total += weight(d);
    for (let row = 0; row < 4; row++)
      for (let column = 0; column < 5; column++)
        for (let channel = 0; channel < 2; channel++) {
          let sum = 0;
          for (let dy = -3; dy <= 3; dy++)
            for (let dx = -3; dx <= 3; dx++) {
              const [y, x] = [Math.min(3, Math.max(0, row + dy)), Math.min(4, Math.max(0, column + dx))];
              sum += (weight(dy) * weight(dx) * values[(y * 5 + x) * 2 + channel]) / total ** 2;
            }
          expect(blurred[(row * 5 + column) * 2 + channel]).toBeCloseTo(sum, 6);
        }
  });

  it('leaves what is the same everywhere', () => {
    const flat = new Float32Array(12).fill(0.25);
    expect(gaussianBlur(flat, { height: 3, width: 4, channels: 1, levels: 2 }, 5)).toEqual(flat);
  });
});
