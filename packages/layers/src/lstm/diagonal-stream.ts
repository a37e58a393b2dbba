import type { Frame } from '@pixelrnn/core';
import { type Arena, type Floats, kernels } from '@pixelrnn/kernels';
import { pixelBiases } from '../condition/bias-rows.ts';
import { dense } from '../dense.ts';
import type { OpenPlain } from '../plain-layer.ts';
import type { LstmStreamOptions } from './lstm-layer.ts';
import { pixelMemory } from './pixel-memory.ts';

/** One direction: its hidden states of the row above and of the row being made, [B, W, h], and the cell that runs along the row. */
interface Direction {
  /** Starts a row from the learned state. */
  begin(): void;
  /** The hidden state at `column` [B, h], from input-to-state gates [B, stride] (overwritten). */
  step(gates: number, stride: number, column: number): Floats;
  /** The state that `step` made last is final at `column`. */
  keep(column: number): void;
}

function direction(
  d: number,
  { hidden, weights }: LstmStreamOptions,
  packed: Arena,
): (frame: Frame, memory: Arena) => Direction {
  const part = (values: Float32Array) => values.subarray(d * hidden, (d + 1) * hidden);
  const block = hidden * 4 * hidden;
  const tapAbove = packed.floatsOf(weights.state.subarray(2 * d * block, (2 * d + 1) * block));
  const tapLeft = packed.floatsOf(weights.state.subarray((2 * d + 1) * block, (2 * d + 2) * block));

  return ({ batch, width }, memory) => {
    const stride = width * hidden;
    let [above, row] = [memory.floats(batch * stride), memory.floats(batch * stride)];
    const [left, leftCell] = [memory.floats(batch * hidden), memory.floats(batch * hidden)];
    const [current, cell] = [memory.floats(batch * hidden), memory.floats(batch * hidden)];

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
    };
  };
}

/**
 * The Diagonal BiLSTM in raster order. The left stream moves with the pixel. The right stream needs a whole row at once, and its output is
 * wanted one row further down: it runs over row r−1 when row r begins, O(1) work per pixel all the same.
 */
export function diagonalStream(options: LstmStreamOptions, packed: Arena): OpenPlain {
  const { channels, hidden, outputs, residual, directions, weights } = options;
  const gateWidth = directions * 4 * hidden;
  const inputWeights = packed.floatsOf(weights.input.weights);
  const inputBias = packed.floatsOf(weights.input.bias);
  const openBiases = pixelBiases(weights, gateWidth, packed);
  const outputWeights = packed.floatsOf(weights.output.weights);
  const outputBias = packed.floatsOf(weights.output.bias);
  const open = Array.from({ length: directions }, (_, d) => direction(d, options, packed));

  return (frame, context, memory) => {
    const { batch, width } = frame;
    const [left, right] = open.map((start) => start(frame, memory));
    const biases = openBiases(frame, context, memory);
    const input = memory.floats(batch * channels);
    const gates = memory.floats(batch * gateWidth);
    /** Gates of the right stream of the row being made: [W, B, 4h]. */
    const rightGates = memory.floats(right ? width * batch * 4 * hidden : 0);
    /** Hidden states of the right stream of the row above: [B, W, h]. */
    const fromRight = memory.floats(right ? batch * width * hidden : 0);
    const sum = memory.floats(batch * hidden);
    const output = memory.floats(batch * outputs);
    const pixel = pixelMemory(input);

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

    function compute(column: number): void {
      dense(input, inputWeights, inputBias, gates, batch, channels, gateWidth);
      biases?.addTo(gates, column);
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
      beginRow(row) {
        if (right && row > 0) runRight();
        left.begin();
        biases?.beginRow(row);
      },
      at(column, here) {
        pixel.ensure(column, here, compute);
        dense(sum, outputWeights, outputBias, output, batch, hidden, outputs);
        if (residual) kernels().add(input.pointer, output.pointer, output.length);
        return output.array;
      },
      advance(column, here) {
        pixel.ensure(column, here, compute);
        left.keep(column);
        pixel.forget();
      },
    };
  };
}
