import type { GenerativeModel } from '@pixelrnn/core';
import { CONDITION_OPTIONS, diagonalBiLstm, rowLstm } from '@pixelrnn/layers';
import { resolveOptions, type SystemOptions } from './options.ts';
import { type ResidualNetworkOptions, residualNetwork } from './residual-network.ts';

const LAYERS = { row: rowLstm, diagonal: diagonalBiLstm } as const;

export type PixelRnnOptions = SystemOptions &
  Partial<ResidualNetworkOptions> & {
    /** Row LSTM (PixelRNN §3.1) or Diagonal BiLSTM (§3.2). */
    readonly lstm: keyof typeof LAYERS;
    /** Residual connections around the LSTM layers. */
    readonly residual?: boolean;
  };

/** The paper's sizes for MNIST. */
export const PIXEL_RNN_DEFAULTS = { layers: 7, hidden: 16, head: 32, skip: false, residual: true } as const;

/** PixelRNN (van den Oord et al. 2016): residual LSTM layers that move over the image row by row, or along its diagonals. */
export function pixelRnn(options: PixelRnnOptions): GenerativeModel {
  const resolved = resolveOptions('pixelRnn', options, PIXEL_RNN_DEFAULTS, ['lstm', ...CONDITION_OPTIONS]);
  const { lstm, residual } = resolved;
  const layer = Object.hasOwn(LAYERS, lstm) ? LAYERS[lstm] : undefined;
  if (!layer) throw new Error(`pixelRnn: wanted lstm = row or diagonal, got ${JSON.stringify(lstm)}`);
  return residualNetwork('pixelRnn', resolved, (shared) => layer({ ...shared, residual }));
}
