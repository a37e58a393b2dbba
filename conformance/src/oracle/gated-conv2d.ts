import type { Features } from '@pixelrnn/core';
import { addProduct, gate } from './arithmetic.ts';
import { colours, ownPixel } from './colour.ts';
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
  /** Each [classes, 2·channels]. */
  readonly classes?: { readonly vertical: OracleValues; readonly horizontal: OracleValues };
}

/**
 * A layer of Gated PixelCNN (arXiv:1606.05328 Figure 2, eq. 2 and 4): a vertical stack that knows the rows above, and a horizontal
 * stack that knows the pixels to the left and reads the vertical stack before its gate.
 */
export function oracleGatedConv2d(
  config: OracleGatedConv2dConfig,
  params: OracleGatedConv2dParams,
  x: Features<OracleMap>,
  labels?: ArrayLike<number>,
): Features<OracleMap> {
  const { groups = 1, first, residual = !first } = config;
  const channels = params.output.bias.length;
  const v = verticalStack(config, params, x, labels);
  const u = horizontalStack(config, params, x.here, v, labels);
  const here = oracleMaskedConv2d({ kernel: [1, 1], mask: 'B', groups }, params.output, eachPixelOf(u, channels, gate));
  return { here: residual ? addMaps(here, x.here) : here, above: eachPixelOf(v, channels, gate) };
}

/**
 * v = conv + bias (+ class). Row r of a later layer's `above` already stands for the rows before r, so its kernel includes row r;
 * the first layer reads the image and stops at row r−1.
 */
function verticalStack(
  { size, first }: OracleGatedConv2dConfig,
  { vertical, classes }: OracleGatedConv2dParams,
  x: Features<OracleMap>,
  labels?: ArrayLike<number>,
): OracleMap {
  const input = first ? x.here : x.above;
  if (!input) throw new Error('oracleGatedConv2d: wanted `above` features (or `first`), got none');
  const reach = (size - 1) / 2;
  const lastRow = first ? -1 : 0;
  return forEachPixel(input, vertical.bias.length, (image, row, column) => {
    const v = withClass(vertical.bias, classes?.vertical, labels?.[image]);
    let tap = 0;
    for (let dr = -reach; dr <= lastRow; dr++)
      for (let dc = -reach; dc <= reach; dc++)
        addProduct(v, pixelOf(input, image, row + dr, column + dc), vertical.weights, tap++);
    return v;
  });
}

/** u = conv of the pixels to the left + bias + v · link (+ class); the own pixel by the colour rule, mask A in the first layer. */
function horizontalStack(
  { size, groups = 1, first }: OracleGatedConv2dConfig,
  { horizontal, link, classes }: OracleGatedConv2dParams,
  here: OracleMap,
  v: OracleMap,
  labels?: ArrayLike<number>,
): OracleMap {
  const outputs = horizontal.bias.length;
  const mask = first ? 'A' : 'B';
  const neighbours = earlierNeighbours([1, size], mask === 'B' || groups > 1);
  const allowedOwn = ownPixel(mask, colours(here.channels, groups), colours(outputs, groups, 2));
  return forEachPixel(here, outputs, (image, row, column) => {
    const u = withClass(horizontal.bias, classes?.horizontal, labels?.[image]);
    for (const { column: dc, tap, own } of neighbours)
      addProduct(u, pixelOf(here, image, row, column + dc), horizontal.weights, tap, own ? allowedOwn : undefined);
    addProduct(u, pixelOf(v, image, row, column), link);
    return u;
  });
}

function withClass(bias: OracleValues, table: OracleValues | undefined, label: number | undefined): Float64Array {
  const sum = Float64Array.from(bias);
  if (!table) return sum;
  if (label === undefined) throw new Error('oracleGatedConv2d: wanted labels for a class-conditional layer, got none');
  return sum.map((value, k) => value + table[label * sum.length + k]);
}
