import type { GenerativeModel } from '@pixelrnn/core';
import { diagonalBiLstm, rowLstm } from '@pixelrnn/layers';
import { resolveOptions, systemConfig } from './options.ts';
import { type ResidualNetworkOptions, residualNetwork } from './residual-network.ts';

export type LstmModelOptions = Pick<ResidualNetworkOptions, 'image'> &
  Partial<ResidualNetworkOptions> & {
    /** Residual connections around the LSTM layers. */
    readonly residual?: boolean;
  };

/** The paper's Diagonal BiLSTM for MNIST. */
export const LSTM_MODEL_DEFAULTS = { layers: 7, hidden: 16, head: 32, skip: false, residual: true } as const;

const lstmModel =
  (system: string, layer: typeof rowLstm) =>
  (options: LstmModelOptions): GenerativeModel => {
    const { residual, ...network } = resolveOptions(system, options, LSTM_MODEL_DEFAULTS, ['image']);
    return residualNetwork(network, systemConfig(system, { ...network, residual }), (channels, groups) =>
      layer({ channels, hidden: network.hidden, groups, residual }),
    );
  };

/** PixelRNN with Row LSTM layers (PixelRNN §3.1). */
export const rowLstmModel = lstmModel('rowLstm', rowLstm);

/** PixelRNN with Diagonal BiLSTM layers (PixelRNN §3.2). */
export const diagonalBiLstmModel = lstmModel('diagonalBiLstm', diagonalBiLstm);
