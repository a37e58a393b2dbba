import type { Frame, Taps } from '@pixelrnn/core';
import { type Arena, type Floats, kernels } from '@pixelrnn/kernels';
import { atColumn, every, newRow, pixelOf, pixelProduct, rowProduct, type StartRow } from '../rows/row.ts';
import { kernelRows, pointCache, rowCache } from '../rows/row-cache.ts';

export interface ConvOptions {
  readonly taps: Taps;
  readonly inputs: number;
  readonly outputs: number;
  /** [taps, inputs, outputs], masked already. */
  readonly weights: Float32Array;
  /** ReLU on the input. */
  readonly relu?: boolean;
  /** Every which column is asked for, from the first on; all unless told. */
  readonly stride?: number;
}

/** A causal convolution in raster order. Results stay in the kernels' memory: [B, outputs]. */
export interface ConvStream {
  beginRow(row: number): void;
  /** A row begins of which nothing is asked. */
  passRow(): void;
  /** Output at a pixel, given its input there [B, inputs]. */
  at(column: number, input: Floats): Floats;
  /** The pixel is final, with this input; see `KernelSteps`. */
  advance(column: number, input: Floats, isSeen: boolean): void;
}

/**
 * A pixel costs one matrix product: that of the taps in its own row. What the rows above contribute is one product for all pixels of a row,
 * made when the row begins.
 *
 * @param packed where the weights lie, for as long as streams may be opened
 * @returns what opens a stream over images whose sums start from `start`, the bias included
 */
export function convStream(
  { taps, inputs, outputs, weights, relu, stride = 1 }: ConvOptions,
  packed: Arena,
): (frame: Pick<Frame, 'batch' | 'width'>, start: StartRow, memory: Arena) => ConvStream {
  const matrices = kernelRows(taps, inputs, outputs, packed.floatsOf(weights));
  const last = taps.rows - 1;
  const seesItself = taps.last > Math.floor(taps.width / 2);

  return ({ batch, width }, start, memory) => {
    const isPoint = taps.rows === 1 && taps.width === 1; // needs no row
    const cache = isPoint ? pointCache(inputs, batch, memory) : rowCache(taps, inputs, { batch, width }, memory);
    const fromAbove = newRow({ batch, width: last > 0 ? width : 0 }, outputs, memory);
    const output = memory.floats(batch * outputs);
    const result = pixelOf(output, outputs);
    let sums = fromAbove; // what those of each pixel start from

    function write(column: number, { pointer }: Floats): void {
      const current = cache.current();
      const copy = relu ? kernels().relu : kernels().copy;
      copy(pointer, inputs, atColumn(current, column), current.imageStride, batch, inputs);
    }

    return {
      beginRow(row) {
        cache.scroll();
        sums = start(row);
        for (let i = 0; i < last; i++) {
          const [x, init, y] = [cache.window(i), sums, fromAbove].map((one) => every(stride, one));
          rowProduct(x, matrices[i], init, y, { batch, width: width / stride });
          sums = fromAbove;
        }
      },
      passRow: () => cache.scroll(),
      at(column, input) {
        if (seesItself) write(column, input);
        pixelProduct(cache.window(last), matrices[last], sums, result, column, batch);
        return output;
      },
      advance(column, input, isSeen) {
        if (!(isSeen && seesItself)) write(column, input);
      },
    };
  };
}
