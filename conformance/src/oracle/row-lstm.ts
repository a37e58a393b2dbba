import { colours } from './colour.ts';
import { type OracleConditionParams, type OracleConditions, withConditions } from './conditions.ts';
import { addMaps, type OracleAffine, type OracleMap } from './map.ts';
import { oracleMaskedConv2d } from './masked-conv2d.ts';
import { type OracleScanParams, oracleScan } from './scan.ts';

export interface OracleRowLstmConfig {
  readonly groups?: number;
  readonly residual?: boolean;
}

/** State-to-state weights [1, 3, hidden, 4·hidden]; the learned state is that of every column of the row above the image. */
export interface OracleRowLstmParams extends OracleScanParams, OracleConditionParams {
  /** weights [2, inputs, 4·hidden]: left neighbour, own pixel. */
  readonly input: OracleAffine;
  /** weights [1, hidden, outputs]. */
  readonly output: OracleAffine;
}

/**
 * Row LSTM (PixelRNN §3.1, eq. 3): the gates at (r, c) read x at (r, c−1) and, by the colour rule, (r, c), and the hidden state of the
 * row above at columns c−1 … c+1; the cell comes from (r−1, c).
 */
export function oracleRowLstm(
  config: OracleRowLstmConfig,
  params: OracleRowLstmParams,
  x: OracleMap,
  conditions: OracleConditions = {},
): OracleMap {
  const { groups = 1, residual = true } = config;
  const outputGroups = colours(params.input.bias.length, groups, 4);
  const ofInput = oracleMaskedConv2d({ kernel: [1, 3], mask: 'B', groups, outputGroups }, params.input, x);
  const gates = withConditions(ofInput, params, conditions);
  const [hidden] = oracleScan('row', params, gates);
  const y = oracleMaskedConv2d({ kernel: [1, 1], mask: 'B', groups }, params.output, hidden);
  return residual ? addMaps(y, x) : y;
}
