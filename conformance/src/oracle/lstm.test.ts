import { describe, expect, it } from 'vitest';
import { oracleDiagonalBiLstm } from './diagonal-bilstm.ts';
import { oracleMap } from './map.ts';
import { oracleRowLstm } from './row-lstm.ts';

const identity = { weights: [1], bias: [0] };
const tanh = (n: number) => Array.from({ length: n }, (_, i) => Math.tanh(i + 1));
/** Saturates every gate exactly: σ(±1000) is 1 or 0, tanh(±1000) is ±1. */
const BIG = 1000;

describe('C12: saturated gates count the steps of the memory', () => {
  it('Diagonal: a row of +∞ among −∞ gives tanh(1 … W) along it', () => {
    const [height, width] = [3, 5];
    const x = oracleMap(
      Array.from({ length: height * width }, (_, i) => (Math.floor(i / width) === 1 ? BIG : -BIG)),
      { batch: 1, height, width },
    );
    const params = {
      input: { weights: [1, 1, 1, 1], bias: [0, 0, 0, 0] },
      state: new Float64Array(8),
      h0: [0],
      c0: [0],
      output: identity,
    };
    const { values } = oracleDiagonalBiLstm({ directions: 1, residual: false }, params, x);
    const none = new Array(width).fill(0);
    expect([...values]).toEqual([...none, ...tanh(width), ...none]);
  });

  it('Row: a column of +∞ among −∞ gives tanh(1 … H) down it', () => {
    const [height, width] = [4, 3];
    const x = oracleMap(
      Array.from({ length: height * width }, (_, i) => (i % width === 1 ? BIG : -BIG)),
      { batch: 1, height, width },
    );
    const input = { weights: [0, 0, 0, 0, 1, 1, 1, 1], bias: [0, 0, 0, 0] };
    const params = { input, state: new Float64Array(12), h0: [0], c0: [0], output: identity };
    const { values } = oracleRowLstm({ residual: false }, params, x);
    expect([...values]).toEqual(tanh(height).flatMap((value) => [0, value, 0]));
  });
});

describe('one step, by hand', () => {
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
  const lstm = ([o, f, i, g]: number[], before: number) => {
    const c = sigmoid(f) * before + sigmoid(i) * Math.tanh(g);
    return { c, h: sigmoid(o) * Math.tanh(c) };
  };
  const one = (value: number) => oracleMap([value], { batch: 1, height: 1, width: 1 });
  const output = { weights: [2], bias: [0.25] };

  it('Row: the first pixel reads itself and the initial state straight above', () => {
    const input = { weights: [9, 9, 9, 9, 0.1, 0.2, 0.3, 0.4], bias: [0.5, 0.6, 0.7, 0.8] };
    const state = [9, 9, 9, 9, -0.1, -0.2, -0.3, -0.4, 9, 9, 9, 9];
    const { h } = lstm(
      [0, 1, 2, 3].map((k) => input.bias[k] + 1.5 * input.weights[4 + k] + 0.75 * state[4 + k]),
      0.9,
    );
    const { values } = oracleRowLstm({}, { input, state, h0: [0.75], c0: [0.9], output }, one(1.5));
    expect(values[0]).toBeCloseTo(2 * h + 0.25 + 1.5, 14);
  });

  it('Row: three columns of the initial state reach the middle of the first row', () => {
    const state = [0.1, 0, 0, 0, 0.2, 0, 0, 0, 0.4, 0, 0, 0];
    const params = {
      input: { weights: new Float64Array(8), bias: [0, 9, 0, 0] },
      state,
      h0: [1],
      c0: [3],
      output: identity,
    };
    const { values } = oracleRowLstm(
      { residual: false },
      params,
      oracleMap([0, 0, 0], { batch: 1, height: 1, width: 3 }),
    );
    const cell = sigmoid(9) * 3;
    [0.2 + 0.4, 0.1 + 0.2 + 0.4, 0.1 + 0.2].forEach((o, c) => {
      expect(values[c]).toBeCloseTo(sigmoid(o) * Math.tanh(cell), 14);
    });
  });

  it('Diagonal: a first pixel starts from the learned state of both directions, used one row lower for the second', () => {
    const input = { weights: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], bias: [0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1] };
    const state = [9, 9, 9, 9, -0.1, -0.2, -0.3, -0.4, 0, 0, 0, 0, -0.5, -0.6, -0.7, -0.8];
    const params = { input, state, h0: [0.75, -0.5], c0: [0.9, 0.3], output };
    const step = (direction: number, x: number) => {
      const at = 4 * direction;
      const gates = [0, 1, 2, 3].map(
        (k) => input.bias[at + k] + x * input.weights[at + k] + params.h0[direction] * state[8 * direction + 4 + k],
      );
      return lstm(gates, params.c0[direction]).h;
    };
    expect(oracleDiagonalBiLstm({}, params, one(1.5)).values[0]).toBeCloseTo(2 * step(0, 1.5) + 0.25 + 1.5, 14);

    const column = oracleMap([1.5, -1], { batch: 1, height: 2, width: 1 });
    const up = { ...params, state: state.map((value, k) => (k < 4 ? 0 : value)) };
    expect(oracleDiagonalBiLstm({ residual: false }, up, column).values[1]).toBeCloseTo(
      2 * (step(0, -1) + step(1, 1.5)) + 0.25,
      14,
    );
  });
});
