import type { Frame, Taps } from '@pixelrnn/core';
import { type Arena, type Floats, kernels } from '@pixelrnn/kernels';

export interface ConvOptions {
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
  beginRow(row: number): void;
  /** Output at a pixel, given its input there [B, inputs]. */
  at(column: number, input: Floats): Floats;
  /** The pixel is final, with this input. */
  advance(column: number, input: Floats): void;
}

const NONE = -1;

/**
 * Keeps the last `rows` rows of the input, each with the zero border of the image:
 *
 *   cache[0]   0 0 x x x x x x x 0 0        rows above, complete
 *   cache[1]   0 0 x x x x x x x 0 0
 *   cache[2]   0 0 x x x ? 0 0 0 0 0        the current row, `?` the current pixel
 *
 * The taps of one kernel row are neighbours in memory, so a pixel costs one small matrix product per kernel row. What the rows
 * above contribute is computed once per pixel, however many colours are asked for.
 *
 * @param weights where the weights lie, for as long as streams may be opened
 */
export function convStream(
  { taps, inputs, outputs, weights: values, bias: biases, relu }: ConvOptions,
  weights: Arena,
): (frame: Pick<Frame, 'batch' | 'width'>, memory: Arena) => ConvStream {
  const matrix = weights.floatsOf(values);
  const bias = biases && weights.floatsOf(biases);
  const left = Math.floor(taps.width / 2);

  return ({ batch, width }, memory) => {
    const stride = (width + taps.width - 1) * inputs;
    let cache = Array.from({ length: taps.rows }, () => memory.floats(batch * stride));
    const above = memory.floats(batch * outputs);
    const output = memory.floats(batch * outputs);
    let columnAbove = NONE; // the column whose `above` is known
    const isOneRow = taps.rows === 1; // then it is the bias, everywhere

    const fillWithBias = () => {
      above.array.fill(0);
      if (bias) for (let b = 0; b < batch; b++) above.set(bias.array, b * outputs);
    };
    fillWithBias();

    const addKernelRow = (row: number, column: number, into: Floats, count: number) =>
      kernels().linear(
        cache[row].at(column * inputs),
        stride,
        matrix.at(row * taps.width * inputs * outputs),
        0,
        into.pointer,
        outputs,
        batch,
        count * inputs,
        outputs,
        1,
      );

    function computeAbove(column: number): void {
      fillWithBias();
      for (let row = 0; row < taps.rows - 1; row++) addKernelRow(row, column, above, taps.width);
      columnAbove = column;
    }

    function write(column: number, input: Floats): void {
      const current = cache[taps.rows - 1].array;
      const values = input.array;
      for (let b = 0; b < batch; b++) {
        const target = b * stride + (column + left) * inputs;
        for (let i = 0; i < inputs; i++) {
          const value = values[b * inputs + i];
          current[target + i] = relu && value < 0 ? 0 : value;
        }
      }
    }

    return {
      beginRow(row) {
        columnAbove = NONE;
        if (row === 0) return;
        const [oldest, ...rest] = cache;
        oldest.array.fill(0);
        cache = [...rest, oldest];
      },
      at(column, input) {
        if (!isOneRow && columnAbove !== column) computeAbove(column);
        if (taps.last > left) write(column, input);
        output.set(above.array);
        if (taps.last > 0) addKernelRow(taps.rows - 1, column, output, taps.last);
        return output;
      },
      advance: write,
    };
  };
}
