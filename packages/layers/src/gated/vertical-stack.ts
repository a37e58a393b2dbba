import type { Frame, Taps } from '@pixelrnn/core';
import { type Arena, type Floats, kernels } from '@pixelrnn/kernels';
import type { BiasRow } from '../condition/bias-rows.ts';

export interface VerticalStackOptions {
  readonly taps: Taps;
  readonly inputs: number;
  readonly outputs: number;
  /** [taps, inputs, outputs] */
  readonly weights: Float32Array;
  /** Every which column is computed, from the first on; all unless told. */
  readonly stride?: number;
}

/** The vertical convolution over whole rows, [B, W / stride, outputs]. */
export interface VerticalStack {
  /** Later layers: the row of `above` that begins takes part itself. */
  fromRow(row: number, above: Float32Array): Floats;
  /** Later layers: a row of `above` of which nothing is asked. */
  passRow(above: Float32Array): void;
  /** First layer: only rows that are finished take part. */
  fromRowsBefore(row: number): Floats;
  /** First layer: a finished pixel [B, inputs]. */
  remember(pixel: Float32Array, column: number): void;
}

/**
 * Keeps the last rows of its input with a zero border, [B, W + k − 1, inputs] each; all pixels of a row are one matrix product.
 *
 * @param packed where the weights lie, for as long as stacks may be opened
 * @returns what opens a stack with the biases of every row, [B, W / stride, outputs]
 */
export function verticalStack(
  { taps, inputs, outputs, weights: values, stride: step = 1 }: VerticalStackOptions,
  packed: Arena,
): (frame: Pick<Frame, 'batch' | 'width'>, writeBias: BiasRow, memory: Arena) => VerticalStack {
  const weights = packed.floatsOf(values);
  const left = Math.floor(taps.width / 2);

  return ({ batch, width }, writeBias, memory) => {
    const stride = (width + taps.width - 1) * inputs;
    const columns = width / step;
    const output = memory.floats(batch * columns * outputs);
    let cache = Array.from({ length: taps.rows }, () => memory.floats(batch * stride));

    function scroll(): void {
      const [oldest, ...rest] = cache;
      oldest.array.fill(0);
      cache = [...rest, oldest];
    }

    /** Kernel row i over the i-th row of the cache; the last one where `last` > 0. */
    function compute(row: number): Floats {
      const used = taps.last > 0 ? taps.rows : taps.rows - 1;
      writeBias(row, output);
      for (let b = 0; b < batch; b++) {
        const y = output.at(b * columns * outputs);
        for (let i = 0; i < used; i++) {
          const [x, w] = [cache[i].at(b * stride), weights.at(i * taps.width * inputs * outputs)];
          kernels().linear(x, step * inputs, w, 0, y, outputs, columns, taps.width * inputs, outputs, 1);
        }
      }
      return output;
    }

    function passRow(above: Float32Array): void {
      scroll();
      const current = cache[taps.rows - 1];
      const row = width * inputs;
      for (let b = 0; b < batch; b++) current.set(above.subarray(b * row, (b + 1) * row), b * stride + left * inputs);
    }

    return {
      fromRow(row, above) {
        passRow(above);
        return compute(row);
      },
      passRow,
      fromRowsBefore(row) {
        scroll();
        return compute(row);
      },
      remember(pixel, column) {
        const current = cache[taps.rows - 1];
        for (let b = 0; b < batch; b++)
          current.set(pixel.subarray(b * inputs, (b + 1) * inputs), b * stride + (left + column) * inputs);
      },
    };
  };
}
