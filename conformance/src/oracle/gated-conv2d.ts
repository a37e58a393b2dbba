import type { Features } from '@pixelrnn/core';
import { addProduct, gate } from './arithmetic.ts';
import { colours, ownPixel } from './colour.ts';
import { addConditions, type OracleConditionParams, type OracleConditions } from './conditions.ts';
import {
  addMaps,
  eachPixelOf,
  forEachPixel,
  type OracleAffine,
  type OracleMap,
  type OracleValues,
  pixelOf,
} from './map.ts';
import { earlierNeighbours, oracleMaskedConv2d } from './masked-conv2d.ts';

export interface OracleGatedConv2dConfig {
  readonly size: number;
  readonly groups?: number;
  /** Given in the first layer, which reads the image. */
  readonly first?: { readonly inputs: number } | null;
  readonly residual?: boolean;
}

export interface OracleGatedConv2dParams {
  /** weights [taps, inputs.above, 2·channels], all rows above (first layer) or those and the pixel's own (later ones). */
  readonly vertical: OracleAffine;
  /** [2·channels, 2·channels], from the vertical to the horizontal stack, before the gates. */
  readonly link: OracleValues;
  /** weights [taps, inputs.here, 2·channels]. */
  readonly horizontal: OracleAffine;
  /** weights [1, channels, channels]. */
  readonly output: OracleAffine;
  /** Each [size of the condition, 2·channels]. */
  readonly classes?: OfStacks;
  readonly vector?: OfStacks;
  readonly map?: OfStacks;
}

interface OfStacks {
  readonly vertical: OracleValues;
  readonly horizontal: OracleValues;
}

const conditionsOf = (
  { classes, vector, map }: OracleGatedConv2dParams,
  stack: keyof OfStacks,
): OracleConditionParams => ({ classes: classes?.[stack], vector: vector?.[stack], map: map?.[stack] });

/**
 * A layer of Gated PixelCNN (arXiv:1606.05328 Figure 2, eq. 2 and 4): a vertical stack that knows the rows above, and a horizontal
 * stack that knows the pixels to the left and reads the vertical stack before its gate.
 */
export function oracleGatedConv2d(
  config: OracleGatedConv2dConfig,
  params: OracleGatedConv2dParams,
  x: Features<OracleMap>,
  conditions: OracleConditions = {},
): Features<OracleMap> {
  const { groups = 1, first, residual = !first } = config;
  const channels = params.output.bias.length;
  const v = verticalStack(config, params, x, conditions);
  const u = horizontalStack(config, params, x.here, v, conditions);
  const here = oracleMaskedConv2d({ kernel: [1, 1], mask: 'B', groups }, params.output, eachPixelOf(u, channels, gate));
  return { here: residual ? addMaps(here, x.here) : here, above: eachPixelOf(v, channels, gate) };
}

/**
 * v = conv + bias (+ conditions). Row r of a later layer's `above` already stands for the rows before r, so its kernel includes row r;
 * the first layer reads the image and stops at row r−1.
 */
function verticalStack(
  { size, first }: OracleGatedConv2dConfig,
  params: OracleGatedConv2dParams,
  x: Features<OracleMap>,
  conditions: OracleConditions,
): OracleMap {
  const { vertical } = params;
  const input = first ? x.here : x.above;
  if (!input) throw new Error('oracleGatedConv2d: wanted `above` features (or `first`), got none');
  const reach = (size - 1) / 2;
  const lastRow = first ? -1 : 0;
  return forEachPixel(input, vertical.bias.length, (image, row, column) => {
    const v = Float64Array.from(vertical.bias);
    addConditions(v, conditionsOf(params, 'vertical'), conditions, [image, row, column]);
    let tap = 0;
    for (let dr = -reach; dr <= lastRow; dr++)
      for (let dc = -reach; dc <= reach; dc++)
        addProduct(v, pixelOf(input, image, row + dr, column + dc), vertical.weights, tap++);
    return v;
  });
}

/** u = conv of the pixels to the left + bias + v · link (+ conditions); the own pixel by the colour rule, mask A in the first layer. */
function horizontalStack(
  { size, groups = 1, first }: OracleGatedConv2dConfig,
  params: OracleGatedConv2dParams,
  here: OracleMap,
  v: OracleMap,
  conditions: OracleConditions,
): OracleMap {
  const { horizontal, link } = params;
  const outputs = horizontal.bias.length;
  const mask = first ? 'A' : 'B';
  const neighbours = earlierNeighbours([1, size], mask === 'B' || groups > 1);
  const allowedOwn = ownPixel(mask, colours(here.channels, groups), colours(outputs, groups, 2));
  return forEachPixel(here, outputs, (image, row, column) => {
    const u = Float64Array.from(horizontal.bias);
    addConditions(u, conditionsOf(params, 'horizontal'), conditions, [image, row, column]);
    for (const { column: dc, tap, own } of neighbours)
      addProduct(u, pixelOf(here, image, row, column + dc), horizontal.weights, tap, own ? allowedOwn : undefined);
    addProduct(u, pixelOf(v, image, row, column), link);
    return u;
  });
}
