import type { Frame, Layer } from '@pixelrnn/core';
import { floats, floatsOf, kernels } from '@pixelrnn/kernels';
import { convStream } from '../convolution/conv-stream.ts';
import { dense } from '../dense.ts';
import type { PlainStream } from '../plain-layer.ts';
import { type LstmOptions, type LstmParams, type LstmStreamOptions, lstmLayer } from './lstm-layer.ts';
import { INPUT_TAPS } from './lstm-layer-op.ts';
import { pixelMemory } from './pixel-memory.ts';

export type RowLstmOptions = LstmOptions;

/**
 * Row LSTM (PixelRNN §3.1, eq. 3): a convolutional LSTM that moves down the image one row at a time.
 *
 *   input-to-state: 1×3 along the row, mask B          state-to-state: 1×3 on the row above, unmasked
 *
 *        . . . . .                                        . h h h .
 *        . x o . .     (the right tap is masked)          . . o . .
 *
 *   [o, f, i, g] = act(Kss ∗ h(r−1) + Kis ∗ x(r)),  c = f·c(r−1) + i·g,  h = o·tanh(c),  y = Wo·h + bo (+ x)
 *
 * [B, H, W, channels] → [B, H, W, outputs]. Above the image lies a learned state h0, c0, the same in every column (the paper says
 * that it is learned, not its shape); the state-to-state convolution pads with zeros at both sides. Kernel width 3, as the paper
 * uses throughout ("k ≥ 3").
 */
export const rowLstm = (options: RowLstmOptions): Layer<LstmParams> =>
  lstmLayer(options, { name: 'rowLstm', kind: 'row', directions: 1, stream: rowStream });

/** Keeps the hidden states of the row above with a zero border, [B, W+2, h], and its cells, [B, W, h]; and the row being made. */
function rowStream(options: LstmStreamOptions, frame: Frame): PlainStream {
  const { channels, hidden, outputs, residual, weights } = options;
  const { batch, width } = frame;
  const hiddenStride = (width + 2) * hidden;
  const cellStride = width * hidden;
  const input = floats(batch * channels);
  const inputToState = convStream(
    {
      taps: INPUT_TAPS.row,
      inputs: channels,
      outputs: 4 * hidden,
      weights: weights.input.weights,
      bias: weights.input.bias,
    },
    frame,
  );
  const state = floatsOf(weights.state);
  const outputWeights = floatsOf(weights.output.weights);
  const outputBias = floatsOf(weights.output.bias);
  const output = floats(batch * outputs);
  let [above, row] = [floats(batch * hiddenStride), floats(batch * hiddenStride)];
  let [cellsAbove, cells] = [floats(batch * cellStride), floats(batch * cellStride)];
  const current = floats(batch * hidden);
  const memory = pixelMemory(input);
  let column = 0;

  for (let b = 0; b < batch; b++)
    for (let c = 0; c < width; c++) {
      above.set(weights.h0, b * hiddenStride + (c + 1) * hidden);
      cellsAbove.set(weights.c0, b * cellStride + c * hidden);
    }

  function compute(): void {
    const gates = inputToState.at(input);
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

  function nextRow(): void {
    [above, row] = [row, above];
    [cellsAbove, cells] = [cells, cellsAbove];
    column = 0;
  }

  return {
    at(here) {
      memory.ensure(here, compute);
      dense(current, outputWeights, outputBias, output, batch, hidden, outputs);
      if (residual) kernels().add(input.pointer, output.pointer, output.length);
      return output.array;
    },
    advance(here) {
      memory.ensure(here, compute);
      for (let b = 0; b < batch; b++)
        row.set(current.array.subarray(b * hidden, (b + 1) * hidden), b * hiddenStride + (column + 1) * hidden);
      inputToState.advance(input);
      memory.forget();
      column++;
      if (column === width) nextRow();
    },
    dispose() {
      inputToState.dispose();
      const blocks = [input, state, outputWeights, outputBias, output, above, row, cellsAbove, cells, current];
      for (const block of blocks) block.free();
    },
  };
}
