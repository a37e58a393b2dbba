import type { Frame, Taps } from '@pixelrnn/core';
import type { Arena, Floats } from '@pixelrnn/kernels';
import { copyPixel, every, newRow, type Row, rowProduct, type StartRow } from '../rows/row.ts';
import { kernelRows, rowCache } from '../rows/row-cache.ts';

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
  fromRow(row: number, above: Floats): Row;
  /** Later layers: a row of `above` of which nothing is asked. */
  passRow(above: Floats): void;
  /** First layer: only rows that are finished take part. */
  fromRowsBefore(row: number): Row;
  /** First layer: a finished pixel [B, inputs]. */
  remember(pixel: Floats, column: number): void;
}

/**
 * Keeps the last rows of its input; all pixels of a row of an image are one matrix product for each row of the kernel.
 *
 * @param packed where the weights lie, for as long as stacks may be opened
 * @returns what opens a stack whose sums start from `start`
 */
export function verticalStack(
  { taps, inputs, outputs, weights, stride = 1 }: VerticalStackOptions,
  packed: Arena,
): (frame: Pick<Frame, 'batch' | 'width'>, start: StartRow, memory: Arena) => VerticalStack {
  const matrices = kernelRows(taps, inputs, outputs, packed.floatsOf(weights));

  return (frame, start, memory) => {
    const { batch } = frame;
    const asked = { batch, width: frame.width / stride };
    const output = newRow(asked, outputs, memory);
    const cache = rowCache(taps, inputs, frame, memory);

    function compute(row: number): Row {
      let init = start(row);
      matrices.forEach((matrix, i) => {
        rowProduct(every(stride, cache.window(i)), matrix, init, output, asked);
        init = output;
      });
      return output;
    }

    function passRow(above: Floats): void {
      cache.scroll();
      cache.setRow(above);
    }

    return {
      fromRow(row, above) {
        passRow(above);
        return compute(row);
      },
      passRow,
      fromRowsBefore(row) {
        cache.scroll();
        return compute(row);
      },
      remember: (pixel, column) => copyPixel(pixel, cache.current(), column, batch),
    };
  };
}
