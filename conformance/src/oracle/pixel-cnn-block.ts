import { type OracleConditionParams, type OracleConditions, withConditions } from './conditions.ts';
import type { OracleAffine, OracleMap } from './map.ts';
import { addMaps } from './map.ts';
import { oracleMaskedConv2d } from './masked-conv2d.ts';

export interface OraclePixelCnnBlockConfig {
  readonly kernel?: readonly [height: number, width: number];
  readonly groups?: number;
}

export interface OraclePixelCnnBlockParams extends OracleConditionParams {
  readonly reduce: OracleAffine;
  readonly conv: OracleAffine;
  readonly expand: OracleAffine;
}

/** The residual block of PixelCNN (PixelRNN Figure 5, left): x + expand(relu(conv(relu(reduce(relu(x)))))), all mask B; conditions after conv. */
export function oraclePixelCnnBlock(
  { kernel = [3, 3], groups = 1 }: OraclePixelCnnBlockConfig,
  params: OraclePixelCnnBlockParams,
  x: OracleMap,
  conditions: OracleConditions = {},
): OracleMap {
  const { reduce, conv, expand } = params;
  const rectified = { mask: 'B', groups, relu: true } as const;
  const reduced = oracleMaskedConv2d({ ...rectified, kernel: [1, 1] }, reduce, x);
  const mixed = withConditions(oracleMaskedConv2d({ ...rectified, kernel }, conv, reduced), params, conditions);
  return addMaps(x, oracleMaskedConv2d({ ...rectified, kernel: [1, 1] }, expand, mixed));
}
