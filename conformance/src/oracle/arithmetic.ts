import type { OracleValues } from './map.ts';

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
export const relu = (x: number): number => Math.max(x, 0);

/** Which input channel may be read by which output channel. */
export type Allowed = (input: number, output: number) => boolean;

/**
 * y_o ← y_o + Σ_i x_i · w_tio, over the allowed pairs of channels, or all; `weights` is [taps, x.length, y.length].
 */
export function addProduct(y: Float64Array, x: Float64Array, weights: OracleValues, tap = 0, allowed?: Allowed): void {
  for (let i = 0; i < x.length; i++) {
    const row = (tap * x.length + i) * y.length;
    for (let o = 0; o < y.length; o++) if (!allowed || allowed(i, o)) y[o] += x[i] * weights[row + o];
  }
}

/** The state of an LSTM at one pixel. */
export interface LstmState {
  readonly h: Float64Array;
  readonly c: Float64Array;
}

/**
 * One LSTM step, PixelRNN eq. 3: c = σ(f)·c' + σ(i)·tanh(g), h = σ(o)·tanh(c); `gates` = [o, f, i, g], each as long as c'.
 */
export function lstmStep(gates: Float64Array, before: Float64Array): LstmState {
  const size = before.length;
  const [o, f, i, g] = [0, 1, 2, 3].map((gate) => gates.subarray(gate * size, (gate + 1) * size));
  const c = before.map((value, k) => sigmoid(f[k]) * value + sigmoid(i[k]) * Math.tanh(g[k]));
  return { c, h: c.map((value, k) => sigmoid(o[k]) * Math.tanh(value)) };
}

/** Gated PixelCNN, eq. 2: tanh(first half) · σ(second half). */
export function gate(x: Float64Array): Float64Array {
  const size = x.length / 2;
  return x.subarray(0, size).map((value, k) => Math.tanh(value) * sigmoid(x[size + k]));
}
