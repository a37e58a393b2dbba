import type { Layer } from '@pixelrnn/core';
import { diagonalStream } from './diagonal-stream.ts';
import { type LstmOptions, type LstmParams, lstmLayer } from './lstm-layer.ts';

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
  const parts = { name: 'diagonalBiLstm', kind: 'diagonal', prepare: diagonalStream } as const;
  return lstmLayer(options, { ...parts, directions, ownOptions: { directions } });
}
