import type { Frame, HostContext } from '@pixelrnn/core';
import type { Arena, Floats } from '@pixelrnn/kernels';
import { biasRows } from '../condition/bias-rows.ts';
import { mapConditions } from '../condition/condition.ts';
import type { OpenPlain, PlainKernelStream } from '../plain-layer.ts';
import {
  addPixel,
  addTo,
  biasOf,
  copyPixel,
  from,
  type Matrix,
  matrixOf,
  newRow,
  pixelOf,
  pixelProduct,
  type Row,
  rowProduct,
} from '../rows/row.ts';
import { cellPixel } from './cell-pixel.ts';
import type { LstmStreamOptions } from './lstm-layer.ts';

/** One direction: its hidden states of the row above and of the row being made, [B, W, h], and the cells that run along the row. */
interface Direction {
  /** The row that begins: what its gates start from, the biases and the row above. */
  begin(row: number): Row;
  /** Its hidden states. */
  hidden(): Row;
  /** Input-to-state weights. */
  readonly input: Matrix;
  /** The hidden state at a column, after that of its neighbour, from the gates' pre-activations (overwritten). */
  step(gates: Row, column: number): void;
}

/** Columns [first, first + count) of every line of `size` of a matrix. */
function columns(matrix: Float32Array, size: number, first: number, count: number): Float32Array {
  const lines = matrix.length / size;
  return Float32Array.from(
    { length: lines * count },
    (_, i) => matrix[Math.floor(i / count) * size + first + (i % count)],
  );
}

/** @param d 0: the left stream, which comes from the column before; 1: the right one, from the column after */
function direction(
  d: number,
  { channels, hidden, directions, weights }: LstmStreamOptions,
  packed: Arena,
): (frame: Frame, context: HostContext, memory: Arena) => Direction {
  const gates = 4 * hidden;
  const own = (matrix: Float32Array) => columns(matrix, directions * gates, d * gates, gates);
  const input = matrixOf(packed.floatsOf(own(weights.input.weights)), channels, gates);
  const openBiases = biasRows(mapConditions(weights, own), own(weights.input.bias), packed);
  const state = packed.floatsOf(weights.state);
  const [tapAbove, tapBeside] = [0, 1].map((tap) => matrixOf(state, hidden, gates, (2 * d + tap) * hidden * gates));
  const [h0, c0] = [weights.h0, weights.c0].map((all) =>
    biasOf(packed.floatsOf(all.subarray(d * hidden, (d + 1) * hidden))),
  );

  return (frame, context, memory) => {
    const { batch, width } = frame;
    const [first, beside] = d === 0 ? [0, -1] : [width - 1, 1];
    const biases = openBiases(frame, context, memory);
    let [above, row] = [0, 1].map(() => newRow(frame, hidden, memory));
    const cells = newRow(frame, hidden, memory);
    const cellsBeside = from(beside, cells);
    let rowBeside = from(beside, row);
    const sums = newRow(frame, gates, memory);

    return {
      input,
      begin(index) {
        [above, row] = [row, above];
        rowBeside = from(beside, row);
        rowProduct(above, tapAbove, biases(index), sums, frame);
        return sums;
      },
      hidden: () => row,
      step(own, column) {
        const isFirst = column === first;
        pixelProduct(isFirst ? h0 : rowBeside, tapBeside, own, own, column, batch);
        const before = isFirst ? c0 : cellsBeside;
        cellPixel({ gates: own, before, cells, hidden: row }, hidden, column, batch);
      },
    };
  };
}

/**
 * The Diagonal BiLSTM in raster order. The left stream moves with the pixel. The right stream needs a whole row at once, and its output is
 * wanted one row further down: it runs over row r−1 when row r begins, O(1) work per pixel all the same.
 */
export function diagonalStream(options: LstmStreamOptions, packed: Arena): OpenPlain<PlainKernelStream> {
  const { channels, hidden, outputs, residual, directions, weights } = options;
  const outputWeights = matrixOf(packed.floatsOf(weights.output.weights), hidden, outputs);
  const outputBias = biasOf(packed.floatsOf(weights.output.bias));
  const open = Array.from({ length: directions }, (_, d) => direction(d, options, packed));

  return (frame, context, memory) => {
    const { batch, width } = frame;
    const [left, right] = open.map((start) => start(frame, context, memory));
    const [gates, sum] = [4 * hidden, hidden].map((size) => pixelOf(memory.floats(batch * size), size));
    const output = memory.floats(batch * outputs);
    const result = pixelOf(output, outputs);
    /** The input of the row being made, for the right stream: [B, W, channels]. */
    const inputs = newRow({ batch, width: right ? width : 0 }, channels, memory);
    let sums = gates; // what the left stream's gates start from
    let fromRight: Row | undefined; // the hidden states of the right stream of the row above

    /** The right stream over a row that is finished, from its last column to its first. */
    function runRight(row: number): Row {
      const own = right.begin(row);
      rowProduct(inputs, right.input, own, own, frame);
      for (let c = width - 1; c >= 0; c--) right.step(own, c);
      return right.hidden();
    }

    function compute(column: number, here: Floats): void {
      pixelProduct(pixelOf(here, channels), left.input, sums, gates, column, batch);
      left.step(gates, column);
      if (right) copyPixel(here, inputs, column, batch);
    }

    return {
      beginRow(row) {
        if (right && row > 0) fromRight = runRight(row - 1);
        sums = left.begin(row);
      },
      at(column, here) {
        compute(column, here);
        let states = left.hidden();
        if (fromRight) {
          addPixel(states, fromRight, sum, hidden, column, batch);
          states = sum;
        }
        pixelProduct(states, outputWeights, outputBias, result, column, batch);
        if (residual) addTo(output, here);
        return output;
      },
      advance(column, here, isSeen) {
        if (!isSeen) compute(column, here);
      },
    };
  };
}
