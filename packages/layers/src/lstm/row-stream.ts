import { type Arena, kernels } from '@pixelrnn/kernels';
import { pixelBiases } from '../condition/bias-rows.ts';
import { convStream } from '../convolution/conv-stream.ts';
import { dense } from '../dense.ts';
import type { OpenPlain } from '../plain-layer.ts';
import type { LstmStreamOptions } from './lstm-layer.ts';
import { INPUT_TAPS } from './lstm-layer-op.ts';
import { pixelMemory } from './pixel-memory.ts';

/**
 * The Row LSTM in raster order. Keeps the hidden states of the row above with a zero border, [B, W+2, h], and its cells, [B, W, h]; and
 * the row being made.
 */
export function rowStream(options: LstmStreamOptions, packed: Arena): OpenPlain {
  const { channels, hidden, outputs, residual, weights } = options;
  const openInput = convStream(
    { taps: INPUT_TAPS.row, inputs: channels, outputs: 4 * hidden, ...weights.input },
    packed,
  );
  const openBiases = pixelBiases(weights, 4 * hidden, packed);
  const state = packed.floatsOf(weights.state);
  const outputWeights = packed.floatsOf(weights.output.weights);
  const outputBias = packed.floatsOf(weights.output.bias);

  return (frame, context, memory) => {
    const { batch, width } = frame;
    const hiddenStride = (width + 2) * hidden;
    const cellStride = width * hidden;
    const inputToState = openInput(frame, memory);
    const biases = openBiases(frame, context, memory);
    const input = memory.floats(batch * channels);
    const output = memory.floats(batch * outputs);
    let [above, row] = [memory.floats(batch * hiddenStride), memory.floats(batch * hiddenStride)];
    let [cellsAbove, cells] = [memory.floats(batch * cellStride), memory.floats(batch * cellStride)];
    const current = memory.floats(batch * hidden);
    const pixel = pixelMemory(input);

    for (let b = 0; b < batch; b++)
      for (let c = 0; c < width; c++) {
        row.set(weights.h0, b * hiddenStride + (c + 1) * hidden);
        cells.set(weights.c0, b * cellStride + c * hidden);
      }

    function compute(column: number): void {
      const gates = inputToState.at(column, input);
      biases?.addTo(gates, column);
      const from = above.at(column * hidden); // columns c−1, c, c+1 of the bordered row
      const [cell, cellAbove] = [cells.at(column * hidden), cellsAbove.at(column * hidden)];
      const k = kernels();
      k.linear(from, hiddenStride, state.pointer, 0, gates.pointer, 4 * hidden, batch, 3 * hidden, 4 * hidden, 1);
      k.lstmCell(
        gates.pointer,
        4 * hidden,
        cellAbove,
        cellStride,
        cell,
        cellStride,
        current.pointer,
        hidden,
        batch,
        hidden,
      );
    }

    return {
      beginRow(index) {
        inputToState.beginRow(index);
        biases?.beginRow(index);
        [above, row] = [row, above];
        [cellsAbove, cells] = [cells, cellsAbove];
      },
      at(column, here) {
        pixel.ensure(column, here, compute);
        dense(current, outputWeights, outputBias, output, batch, hidden, outputs);
        if (residual) kernels().add(input.pointer, output.pointer, output.length);
        return output.array;
      },
      advance(column, here) {
        pixel.ensure(column, here, compute);
        for (let b = 0; b < batch; b++)
          row.set(current.array.subarray(b * hidden, (b + 1) * hidden), b * hiddenStride + (column + 1) * hidden);
        inputToState.advance(column, input);
        pixel.forget();
      },
    };
  };
}
