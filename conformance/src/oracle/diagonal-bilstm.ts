import { colours } from './colour.ts';
import { type OracleConditionParams, type OracleConditions, withConditions } from './conditions.ts';
import { addMaps, type OracleAffine, type OracleMap } from './map.ts';
import { oracleMaskedConv2d } from './masked-conv2d.ts';
import { mergeDirections, type OracleScanParams, oracleScan } from './scan.ts';

export interface OracleDiagonalBiLstmConfig {
  readonly groups?: number;
  readonly residual?: boolean;
  readonly directions?: 1 | 2;
}

/** State-to-state weights [directions, 2, hidden, 4·hidden]; the learned state is that before the first pixel of every row. */
export interface OracleDiagonalBiLstmParams extends OracleScanParams, OracleConditionParams {
  /** weights [1, inputs, directions·4·hidden]. */
  readonly input: OracleAffine;
  /** weights [1, hidden, outputs]. */
  readonly output: OracleAffine;
}

/**
 * Diagonal BiLSTM (PixelRNN §3.2): in each direction the state at a pixel comes from the pixel above and the one before it in the row.
 */
export function oracleDiagonalBiLstm(
  config: OracleDiagonalBiLstmConfig,
  params: OracleDiagonalBiLstmParams,
  x: OracleMap,
  conditions: OracleConditions = {},
): OracleMap {
  const { groups = 1, residual = true, directions = 2 } = config;
  const outputGroups = colours(params.input.bias.length, groups, 4 * directions);
  const ofInput = oracleMaskedConv2d({ kernel: [1, 1], mask: 'B', groups, outputGroups }, params.input, x);
  const gates = withConditions(ofInput, params, conditions);
  const hidden = mergeDirections(oracleScan('diagonal', params, gates, directions));
  const y = oracleMaskedConv2d({ kernel: [1, 1], mask: 'B', groups }, params.output, hidden);
  return residual ? addMaps(y, x) : y;
}
