import type { Features, JsonObject } from '@pixelrnn/core';
import { describe, expect, it } from 'vitest';
import { type OracleParams, oracleLayer } from './layer.ts';
import { affine, numbers } from './test-numbers.ts';

const dims = { batch: 2, height: 3, width: 4 };
const pixels = dims.batch * dims.height * dims.width;

interface Case {
  readonly name: string;
  readonly config: JsonObject;
  readonly params: OracleParams;
  readonly mask: 'A' | 'B';
  readonly inputs: number;
  readonly above?: number;
}

const groups = 3;
const lstm = (directions: number, inputTaps: number, stateTaps: number): OracleParams => ({
  input: affine(inputTaps, 6, directions * 12),
  state: numbers(directions * stateTaps * 3 * 12, 5),
  h0: numbers(directions * 3, 6),
  c0: numbers(directions * 3, 7),
  output: affine(1, 3, 6, 8),
});
const gated = (verticalTaps: number, horizontalTaps: number, inputs: number): OracleParams => ({
  vertical: affine(verticalTaps, inputs, 6),
  link: numbers(36, 3),
  horizontal: affine(horizontalTaps, inputs, 6, 4),
  output: affine(1, 3, 3, 5),
});

const CASES: readonly Case[] = [
  {
    name: 'maskedConv2d',
    config: { kernel: [3, 3], mask: 'A', groups },
    params: affine(5, 3, 6),
    mask: 'A',
    inputs: 3,
  },
  {
    name: 'maskedConv2d',
    config: { kernel: [3, 3], mask: 'B', groups },
    params: affine(5, 3, 6),
    mask: 'B',
    inputs: 3,
  },
  {
    name: 'pixelCnnBlock',
    config: { groups },
    params: { reduce: affine(1, 6, 3), conv: affine(5, 3, 3, 3), expand: affine(1, 3, 6, 5) },
    mask: 'B',
    inputs: 6,
  },
  { name: 'rowLstm', config: { groups }, params: lstm(1, 2, 3), mask: 'B', inputs: 6 },
  { name: 'diagonalBiLstm', config: { groups }, params: lstm(2, 1, 2), mask: 'B', inputs: 6 },
  { name: 'diagonalBiLstm', config: { groups, directions: 1 }, params: lstm(1, 1, 2), mask: 'B', inputs: 6 },
  {
    name: 'gatedConv2d',
    config: { size: 3, groups, first: { inputs: 3 } },
    params: gated(3, 2, 3),
    mask: 'A',
    inputs: 3,
  },
  { name: 'gatedConv2d', config: { size: 3, groups }, params: gated(6, 2, 3), mask: 'B', inputs: 3, above: 3 },
];

/** Position of a number in raster order, colours of a pixel in the order R, G, B. */
function site(index: number, channels: number) {
  return { pixel: Math.floor(index / channels), group: Math.floor(((index % channels) * groups) / channels) };
}

describe('the oracle is causal', () => {
  it.each(CASES)('$name $config', ({ name, config, params, mask, inputs, above }) => {
    const x = { here: numbers(pixels * inputs, 11), above: above ? numbers(pixels * above, 12) : undefined };
    const run = (features: Features<Float64Array>) => oracleLayer(name, config, params, features, dims);
    const base = run(x);
    const pixelsOfImage = dims.height * dims.width;

    for (let i = 0; i < x.here.length; i++) {
      const changed = run({ ...x, here: x.here.map((value, k) => (k === i ? value + 3 : value)) });
      const from = site(i, inputs);
      const firstRow = Math.floor(from.pixel / dims.width) + 1;
      const end = (Math.floor(from.pixel / pixelsOfImage) + 1) * pixelsOfImage;
      let seen = 0;
      changed.here.forEach((value, k) => {
        const to = site(k, base.here.length / pixels);
        if (value === base.here[k]) return;
        seen++;
        const own = to.pixel === from.pixel && (from.group < to.group || (mask === 'B' && from.group === to.group));
        expect(own || (to.pixel > from.pixel && to.pixel < end)).toBe(true);
      });
      changed.above?.forEach((value, k) => {
        const row = Math.floor(site(k, base.above!.length / pixels).pixel / dims.width);
        if (value !== base.above![k]) expect(row >= firstRow && k < end * 3).toBe(true);
      });
      const last = from.pixel === end - 1 && mask === 'A' && from.group === 2;
      if (!last) expect(seen).toBeGreaterThan(0);
    }
  });
});

describe('oracleLayer', () => {
  it('chains layers', () => {
    const stem = { name: 'maskedConv2d', config: { kernel: [1, 3], mask: 'A' } };
    const head = { name: 'maskedConv2d', config: { kernel: [1, 1], mask: 'B', relu: true } };
    const params = {
      '0-maskedConv2d': { weights: [1], bias: [-1] },
      '1-maskedConv2d': { weights: [2], bias: [0.5] },
    };
    const row = { batch: 1, height: 1, width: 3 };
    const y = oracleLayer('sequential', { layers: [stem, head] }, params, { here: [3, 0, 9] }, row);
    expect([...y.here]).toEqual([0.5, 2 * 2 + 0.5, 0.5]);
  });

  it('adds the input of a residual layer, and sums the projections of a chain', () => {
    const row = { batch: 1, height: 1, width: 2 };
    const left = { name: 'maskedConv2d', config: { kernel: [1, 3], mask: 'A' } };
    const params = { weights: [2], bias: [1] };
    const y = oracleLayer('residual', { layer: left }, params, { here: [3, 4] }, row);
    expect([...y.here]).toEqual([3 + 1, 4 + 2 * 3 + 1]);
    const chain = {
      '0-maskedConv2d': params,
      '1-maskedConv2d': params,
      '0-skip': { weights: [10], bias: [0.5] },
      '1-skip': { weights: [100], bias: [0] },
    };
    const z = oracleLayer('skipSum', { layers: [left, left] }, chain, { here: [3, 4] }, row);
    expect([...z.here]).toEqual([10 + 0.5 + 100, 10 * 7 + 0.5 + 100 * (2 * 1 + 1)]);
  });

  it('says which layers there are', () => {
    expect(() => oracleLayer('conv', {}, {}, { here: [] }, dims)).toThrow('wanted one of maskedConv2d');
  });
});
