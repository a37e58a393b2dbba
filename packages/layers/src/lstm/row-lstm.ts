import type { Layer } from '@pixelrnn/core';
import { type LstmOptions, type LstmParams, lstmLayer } from './lstm-layer.ts';
import { rowStream } from './row-stream.ts';

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
  lstmLayer(options, { name: 'rowLstm', kind: 'row', directions: 1, prepare: rowStream });
