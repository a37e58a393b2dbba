import { describe, expect, it } from 'vitest';
import { oracleGatedConv2d } from './gated-conv2d.ts';
import { oracleMap } from './map.ts';

const gate = (f: number, g: number) => Math.tanh(f) / (1 + Math.exp(-g));
const column = (...values: number[]) => oracleMap(values, { batch: 1, height: values.length, width: 1 });

describe('oracleGatedConv2d', () => {
  const link = [0.3, -0.1, 0.2, 0.4];
  const vertical = { weights: [1, -1], bias: [0.1, 0.2] };
  const output = { weights: [2], bias: [0.5] };

  it('first layer: row r reads row r−1, row 0 only the biases', () => {
    const params = {
      vertical: { weights: [9, 9, 1, -1, 9, 9], bias: [0.1, 0.2] },
      link,
      horizontal: { weights: [9, 9], bias: [-0.3, 0.6] },
      output,
    };
    const { here, above } = oracleGatedConv2d({ size: 3, first: { inputs: 1 } }, params, { here: column(0.7, 5) });
    const expected = [0, 0.7].map((x) => {
      const v = [0.1 + x, 0.2 - x];
      const u = [-0.3 + v[0] * 0.3 + v[1] * 0.2, 0.6 - v[0] * 0.1 + v[1] * 0.4];
      return { above: gate(v[0], v[1]), here: 2 * gate(u[0], u[1]) + 0.5 };
    });
    expected.forEach((value, r) => {
      expect(above!.values[r]).toBeCloseTo(value.above, 14);
      expect(here.values[r]).toBeCloseTo(value.here, 14);
    });
  });

  it('later layer: reads `above` at its own row, its own pixel, and adds it; a class shifts both gates', () => {
    const params = { vertical, link, horizontal: { weights: [0.5, 0.25], bias: [0, 0] }, output };
    const classes = { vertical: [0, 0, 0.3, 0.4], horizontal: [0, 0, -0.2, 0.1] };
    const x = { here: column(0.9), above: column(-0.6) };
    const { here, above } = oracleGatedConv2d({ size: 1 }, { ...params, classes }, x, { labels: [1] });
    const v = [0.1 - 0.6 + 0.3, 0.2 + 0.6 + 0.4];
    const u = [0.45 + v[0] * 0.3 + v[1] * 0.2 - 0.2, 0.225 - v[0] * 0.1 + v[1] * 0.4 + 0.1];
    expect(above!.values[0]).toBeCloseTo(gate(v[0], v[1]), 14);
    expect(here.values[0]).toBeCloseTo(2 * gate(u[0], u[1]) + 0.5 + 0.9, 14);
    expect(() => oracleGatedConv2d({ size: 1 }, { ...params, classes }, x)).toThrow('wanted labels');
    expect(() => oracleGatedConv2d({ size: 1 }, params, { here: x.here })).toThrow('wanted `above`');
  });
});
