import type { Frame, Layer } from '@pixelrnn/core';
import { type Floats, floats, floatsOf, kernels } from '@pixelrnn/kernels';
import { dense } from '../dense.ts';
import type { PlainStream } from '../plain-layer.ts';
import { type LstmOptions, type LstmParams, type LstmStreamOptions, lstmLayer } from './lstm-layer.ts';
import { pixelMemory } from './pixel-memory.ts';

export type DiagonalBiLstmOptions = LstmOptions & {
  /** 2 as in the paper; 1 keeps the left stream only. */
  readonly directions?: 1 | 2;
};

export const DIAGONAL_BILSTM_DEFAULTS = { directions: 2 } as const;

/**
 * Diagonal BiLSTM (PixelRNN §3.2): two LSTMs that move over the diagonals of the image, one from each upper corner.
 *
 *   left stream          right stream, mirrored         its output moved down one row,
 *                                                       so that (r, c) sees rows < r only
 *     . a .                  . a .                          * * *
 *     l o .                  . o r                          . o .
 *
 *   [o, f, i, g] = act(Wis·x + Wss·[h(r−1, c), h(r, c∓1)]),  c = f·c(r, c∓1) + i·g,  h = o·tanh(c)
 *   y = Wo·(h_left + shiftDown(h_right)) + bo (+ x)
 *
 * [B, H, W, channels] → [B, H, W, outputs]. Input-to-state is 1×1 with mask B. Each row starts from the learned state h0, c0 at
 * its own first pixel (the skewed map of the paper lets padding cells run from it first, which depends on the row); above the
 * image lies zero. The directions are summed before one projection; the paper does not say which comes first.
 */
export function diagonalBiLstm({
  directions = DIAGONAL_BILSTM_DEFAULTS.directions,
  ...options
}: DiagonalBiLstmOptions): Layer<LstmParams> {
  if (directions !== 1 && directions !== 2)
    throw new Error(`diagonalBiLstm: wanted 1 or 2 directions, got ${directions}`);
  const parts = { name: 'diagonalBiLstm', kind: 'diagonal', stream: diagonalStream } as const;
  return lstmLayer(options, { ...parts, directions, ownOptions: { directions } });
}

/** One direction: its hidden states of the row above and of the row being made, [B, W, h], and the cell that runs along the row. */
interface Direction {
  /** Starts a row from the learned state. */
  begin(): void;
  /** The hidden state at `column` [B, h], from input-to-state gates [B, stride] (overwritten). */
  step(gates: number, stride: number, column: number): Floats;
  /** The state that `step` made last is final at `column`. */
  keep(column: number): void;
  dispose(): void;
}

function direction(d: number, { hidden, weights }: LstmStreamOptions, { batch, width }: Frame): Direction {
  const part = (values: Float32Array) => values.subarray(d * hidden, (d + 1) * hidden);
  const block = hidden * 4 * hidden;
  const tapAbove = floatsOf(weights.state.subarray(2 * d * block, (2 * d + 1) * block));
  const tapLeft = floatsOf(weights.state.subarray((2 * d + 1) * block, (2 * d + 2) * block));
  const stride = width * hidden;
  let [above, row] = [floats(batch * stride), floats(batch * stride)];
  const [left, leftCell] = [floats(batch * hidden), floats(batch * hidden)];
  const [current, cell] = [floats(batch * hidden), floats(batch * hidden)];

  return {
    begin() {
      [above, row] = [row, above];
      for (let b = 0; b < batch; b++) {
        left.set(part(weights.h0), b * hidden);
        leftCell.set(part(weights.c0), b * hidden);
      }
    },
    step(gates, gatesStride, column) {
      const k = kernels();
      const from = above.at(column * hidden);
      k.linear(from, stride, tapAbove.pointer, 0, gates, gatesStride, batch, hidden, 4 * hidden, 1);
      k.linear(left.pointer, hidden, tapLeft.pointer, 0, gates, gatesStride, batch, hidden, 4 * hidden, 1);
      k.lstmCell(
        gates,
        gatesStride,
        leftCell.pointer,
        hidden,
        cell.pointer,
        hidden,
        current.pointer,
        hidden,
        batch,
        hidden,
      );
      return current;
    },
    keep(column) {
      left.set(current.array);
      leftCell.set(cell.array);
      for (let b = 0; b < batch; b++)
        row.set(current.array.subarray(b * hidden, (b + 1) * hidden), b * stride + column * hidden);
    },
    dispose() {
      for (const block of [tapAbove, tapLeft, above, row, left, leftCell, current, cell]) block.free();
    },
  };
}

/**
 * The left stream moves with the pixel. The right stream needs a whole row at once, and its output is wanted one row further down:
 * it runs over row r−1 when row r begins, O(1) work per pixel all the same.
 */
function diagonalStream(options: LstmStreamOptions, frame: Frame): PlainStream {
  const { channels, hidden, outputs, residual, directions, weights } = options;
  const { batch, width } = frame;
  const gateWidth = directions * 4 * hidden;
  const inputWeights = floatsOf(weights.input.weights);
  const inputBias = floatsOf(weights.input.bias);
  const outputWeights = floatsOf(weights.output.weights);
  const outputBias = floatsOf(weights.output.bias);
  const input = floats(batch * channels);
  const gates = floats(batch * gateWidth);
  /** Gates of the right stream of the row being made: [W, B, 4h]. */
  const rightGates = floats(directions === 2 ? width * batch * 4 * hidden : 0);
  /** Hidden states of the right stream of the row above: [B, W, h]. */
  const fromRight = floats(directions === 2 ? batch * width * hidden : 0);
  const sum = floats(batch * hidden);
  const output = floats(batch * outputs);
  const streams = Array.from({ length: directions }, (_, d) => direction(d, options, frame));
  const [left, right] = streams;
  const memory = pixelMemory(input);
  let column = 0;
  let isFirstRow = true;

  /** The right stream over the row that has just been finished, from its last column to its first. */
  function runRight(): void {
    right.begin();
    for (let c = width - 1; c >= 0; c--) {
      const state = right.step(rightGates.at(c * batch * 4 * hidden), 4 * hidden, c).array;
      right.keep(c);
      for (let b = 0; b < batch; b++)
        fromRight.set(state.subarray(b * hidden, (b + 1) * hidden), (b * width + c) * hidden);
    }
  }

  function compute(): void {
    dense(input, inputWeights, inputBias, gates, batch, channels, gateWidth);
    if (right)
      for (let b = 0; b < batch; b++) {
        const start = b * gateWidth + 4 * hidden;
        rightGates.set(gates.array.subarray(start, start + 4 * hidden), (column * batch + b) * 4 * hidden);
      }
    sum.set(left.step(gates.pointer, gateWidth, column).array);
    if (right)
      for (let b = 0; b < batch; b++)
        kernels().add(fromRight.at((b * width + column) * hidden), sum.at(b * hidden), hidden);
  }

  return {
    beginRow() {
      if (right && !isFirstRow) runRight();
      left.begin();
      isFirstRow = false;
      column = 0;
    },
    at(here) {
      memory.ensure(here, compute);
      dense(sum, outputWeights, outputBias, output, batch, hidden, outputs);
      if (residual) kernels().add(input.pointer, output.pointer, output.length);
      return output.array;
    },
    advance(here) {
      memory.ensure(here, compute);
      left.keep(column);
      memory.forget();
      column++;
    },
    dispose() {
      const blocks = [
        inputWeights,
        inputBias,
        outputWeights,
        outputBias,
        input,
        gates,
        rightGates,
        fromRight,
        sum,
        output,
      ];
      for (const block of blocks) block.free();
      for (const stream of streams) stream.dispose();
    },
  };
}
