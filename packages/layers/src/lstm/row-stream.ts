import type { Arena, Floats } from '@pixelrnn/kernels';
import { biasRows } from '../condition/bias-rows.ts';
import { convStream } from '../convolution/conv-stream.ts';
import type { OpenPlain, PlainKernelStream } from '../plain-layer.ts';
import {
  addTo,
  biasOf,
  copyRow,
  from,
  matrixOf,
  newRow,
  pixelOf,
  pixelProduct,
  type Row,
  rowProduct,
} from '../rows/row.ts';
import { cellPixel } from './cell-pixel.ts';
import type { LstmStreamOptions } from './lstm-layer.ts';
import { INPUT_TAPS } from './lstm-layer-op.ts';

/**
 * The Row LSTM in raster order. Keeps the hidden states of the row above with a zero border, [B, W+2, h], and its cells, [B, W, h]; and
 * the row being made. What the states above give the gates is one product for all pixels of a row.
 */
export function rowStream(options: LstmStreamOptions, packed: Arena): OpenPlain<PlainKernelStream> {
  const { channels, hidden, outputs, residual, weights } = options;
  const gates = 4 * hidden;
  const openInput = convStream(
    { taps: INPUT_TAPS.row, inputs: channels, outputs: gates, weights: weights.input.weights },
    packed,
  );
  const openBiases = biasRows(weights, weights.input.bias, packed);
  const state = matrixOf(packed.floatsOf(weights.state), 3 * hidden, gates);
  const outputWeights = matrixOf(packed.floatsOf(weights.output.weights), hidden, outputs);
  const outputBias = biasOf(packed.floatsOf(weights.output.bias));

  const [h0, c0] = [weights.h0, weights.c0].map((values) => biasOf(packed.floatsOf(values)));

  return (frame, context, memory) => {
    const { batch, width } = frame;
    const output = memory.floats(batch * outputs);
    const result = pixelOf(output, outputs);
    const biases = openBiases(frame, context, memory);
    const sums = newRow(frame, gates, memory);
    const [bordered, toState] = [{ batch, width: width + 2 }, openInput(frame, startRow, memory)];
    let [above, row] = [0, 1].map(() => newRow(bordered, hidden, memory));
    let [cellsAbove, cells] = [0, 1].map(() => newRow(frame, hidden, memory));
    copyRow(h0, from(1, row), hidden, frame);
    copyRow(c0, cells, hidden, frame);
    let made = from(1, row);

    /** What the row above and the biases give the gates. Column c sees columns c−1, c, c+1 of the bordered row. */
    function startRow(index: number): Row {
      [above, row] = [row, above];
      [cellsAbove, cells] = [cells, cellsAbove];
      made = from(1, row);
      rowProduct(above, state, biases(index), sums, frame);
      return sums;
    }

    function compute(column: number, here: Floats): void {
      const preActivations = pixelOf(toState.at(column, here), gates);
      cellPixel({ gates: preActivations, before: cellsAbove, cells, hidden: made }, hidden, column, batch);
    }

    return {
      beginRow: (index) => toState.beginRow(index),
      at(column, here) {
        compute(column, here);
        pixelProduct(made, outputWeights, outputBias, result, column, batch);
        if (residual) addTo(output, here);
        return output;
      },
      advance(column, here, isSeen) {
        if (!isSeen) compute(column, here);
      },
    };
  };
}
