import type { Frame, Taps } from '@pixelrnn/core';
import { type Floats, floats, floatsOf, kernels } from '@pixelrnn/kernels';

export interface ConvStreamOptions {
  readonly taps: Taps;
  readonly inputs: number;
  readonly outputs: number;
  /** [taps, inputs, outputs], masked already. */
  readonly weights: Float32Array;
  readonly bias?: Float32Array;
  /** ReLU on the input. */
  readonly relu?: boolean;
}

/** A causal convolution in raster order. Results stay in the kernels' memory: [B, outputs]. */
export interface ConvStream {
  /** Output at the current pixel, given its input there [B, inputs]. */
  at(input: Floats): Floats;
  /** The pixel is final with the input that `at` saw last, or with the one given. */
  advance(input: Floats): void;
  dispose(): void;
}

/**
 * Keeps the last `rows` rows of the input, each with the zero border of the image:
 *
 *   cache[0]   0 0 x x x x x x x 0 0        rows above, complete
 *   cache[1]   0 0 x x x x x x x 0 0
 *   cache[2]   0 0 x x x ? 0 0 0 0 0        the current row, `?` the current pixel
 *
 * The taps of one kernel row are neighbours in memory, so a pixel costs one small matrix product per kernel row. What the rows
 * above contribute is computed once per pixel, however many colours are asked for.
 */
export function convStream(options: ConvStreamOptions, { batch, width }: Frame): ConvStream {
  const { taps, inputs, outputs } = options;
  const stride = (width + taps.width - 1) * inputs;
  const left = Math.floor(taps.width / 2);
  const weights = floatsOf(options.weights);
  const bias = options.bias && floatsOf(options.bias);
  let cache = Array.from({ length: taps.rows }, () => floats(batch * stride));
  const above = floats(batch * outputs);
  const output = floats(batch * outputs);
  let column = 0;
  let aboveIsKnown = false;

  const kernelRow = (row: number, into: Floats, count: number, biasPointer: number, accumulate: number) =>
    kernels().linear(
      cache[row].at(column * inputs),
      stride,
      weights.at(row * taps.width * inputs * outputs),
      biasPointer,
      into.pointer,
      outputs,
      batch,
      count * inputs,
      outputs,
      accumulate,
    );

  function addRowsAbove(): void {
    above.array.fill(0);
    if (bias) for (let b = 0; b < batch; b++) above.set(bias.array, b * outputs);
    for (let row = 0; row < taps.rows - 1; row++) kernelRow(row, above, taps.width, 0, 1);
    aboveIsKnown = true;
  }

  function write(input: Floats): void {
    const current = cache[taps.rows - 1].array;
    const values = input.array;
    for (let b = 0; b < batch; b++) {
      const target = b * stride + (column + left) * inputs;
      for (let i = 0; i < inputs; i++) {
        const value = values[b * inputs + i];
        current[target + i] = options.relu && value < 0 ? 0 : value;
      }
    }
  }

  function nextRow(): void {
    const [oldest, ...rest] = cache;
    oldest.array.fill(0);
    cache = [...rest, oldest];
    column = 0;
  }

  return {
    at(input) {
      if (!aboveIsKnown) addRowsAbove();
      if (taps.last > left) write(input);
      output.set(above.array);
      if (taps.last > 0) kernelRow(taps.rows - 1, output, taps.last, 0, 1);
      return output;
    },
    advance(input) {
      write(input);
      aboveIsKnown = false;
      column++;
      if (column === width) nextRow();
    },
    dispose() {
      for (const block of [weights, bias, above, output, ...cache]) block?.free();
    },
  };
}
