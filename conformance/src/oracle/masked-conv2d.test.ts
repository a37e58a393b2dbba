import { describe, expect, it } from 'vitest';
import { oracleMap } from './map.ts';
import { earlierNeighbours, oracleMaskedConv2d } from './masked-conv2d.ts';
import { oraclePixelCnnBlock } from './pixel-cnn-block.ts';

const ramp = (height: number, width: number) =>
  oracleMap(
    Array.from({ length: height * width }, (_, i) => i),
    { batch: 1, height, width },
  );
const ones = (taps: number) => ({ weights: new Float64Array(taps).fill(1), bias: [0] });

describe('oracleMaskedConv2d', () => {
  it('visits 24 earlier neighbours of a 7×7 kernel, and the pixel itself if it shows', () => {
    expect(earlierNeighbours([7, 7], false)).toHaveLength(24);
    expect(earlierNeighbours([7, 7], true)).toHaveLength(25);
    expect(earlierNeighbours([1, 3], true).map(({ column }) => column)).toEqual([-1, 0]);
  });

  it('sums what is above and left on a ramp, as counted by hand', () => {
    // 0 1 2 / 3 4 5 / 6 7 8
    const A = oracleMaskedConv2d({ kernel: [3, 3], mask: 'A' }, ones(4), ramp(3, 3));
    expect([...A.values]).toEqual([0, 0, 1, 0 + 1, 0 + 1 + 2 + 3, 1 + 2 + 4, 3 + 4, 3 + 4 + 5 + 6, 4 + 5 + 7]);
    const B = oracleMaskedConv2d({ kernel: [3, 3], mask: 'B' }, ones(5), ramp(3, 3));
    expect([...B.values]).toEqual([...A.values].map((value, i) => value + i));
  });

  it('mixes the colours of one pixel by hand', () => {
    const x = oracleMap([1, 10, 100], { batch: 1, height: 1, width: 1 });
    const params = { weights: new Float64Array(9).fill(1), bias: [0, 0, 0] };
    const run = (mask: 'A' | 'B') => [...oracleMaskedConv2d({ kernel: [1, 1], mask, groups: 3 }, params, x).values];
    expect(run('A')).toEqual([0, 1, 11]);
    expect(run('B')).toEqual([1, 11, 111]);
  });

  it('takes output groups as told: logits channel by channel', () => {
    const x = oracleMap([1, 10, 100], { batch: 1, height: 1, width: 1 });
    const params = { weights: new Float64Array(12).fill(1), bias: [0, 0, 0, 0] };
    const config = { kernel: [1, 1], mask: 'A', groups: 3, outputGroups: [2, 0, 1, 2] } as const;
    expect([...oracleMaskedConv2d(config, params, x).values]).toEqual([11, 0, 1, 11]);
  });

  it('rectifies first and adds the input itself', () => {
    const x = oracleMap([-2, 3], { batch: 1, height: 1, width: 2 });
    const params = { weights: [1, 1], bias: [0.5] };
    const y = oracleMaskedConv2d({ kernel: [1, 3], mask: 'B', relu: true, residual: true }, params, x);
    expect([...y.values]).toEqual([0 + 0.5 - 2, 0 + 3 + 0.5 + 3]);
  });
});

describe('oraclePixelCnnBlock', () => {
  it('follows its formula on one pixel', () => {
    const relu = (value: number) => Math.max(value, 0);
    const x = oracleMap([0.5, -1], { batch: 1, height: 1, width: 1 });
    const params = {
      reduce: { weights: [2, 3], bias: [0.1] },
      conv: { weights: [9, 9, 9, 9, 4], bias: [-0.2] },
      expand: { weights: [1, -2], bias: [0.3, 0.4] },
    };
    const conv = 4 * relu(2 * 0.5 + 0.1) - 0.2;
    const [first, second] = oraclePixelCnnBlock({}, params, x).values;
    expect(first).toBeCloseTo(0.5 + conv + 0.3, 12);
    expect(second).toBeCloseTo(-1 - 2 * conv + 0.4, 12);
  });
});
