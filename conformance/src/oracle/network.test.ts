import { describe, expect, it } from 'vitest';
import type { OracleModel } from './network.ts';
import { oracleConditionals, oracleNats } from './network.ts';

const dims = { batch: 1, height: 1, width: 2 };
const layer = { name: 'maskedConv2d', config: { kernel: [1, 3], mask: 'A' } };

describe('oracleNats', () => {
  it('scales levels to ±1 and scores two bits by hand', () => {
    const model: OracleModel = { levels: 2, likelihood: 'bernoulli', network: layer };
    const params = { weights: [3], bias: [0.5] };
    expect([...oracleConditionals(model, params, [0, 1], dims)]).toEqual([0.5, 0.5 - 3]);
    const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
    expect(Math.exp(-oracleNats(model, params, [0, 1], dims)[0])).toBeCloseTo(sigmoid(-0.5) * sigmoid(-2.5), 14);
  });

  it('sums to one over all images of three levels', () => {
    const model: OracleModel = { levels: 3, likelihood: 'categorical', network: layer };
    const params = { weights: [3, -1, 0.5], bias: [0.5, 0, -0.5] };
    const images = Array.from({ length: 9 }, (_, i) => [Math.floor(i / 3), i % 3]);
    const total = images.reduce((sum, image) => sum + Math.exp(-oracleNats(model, params, image, dims)[0]), 0);
    expect(total).toBeCloseTo(1, 14);
  });
});
