import { addProduct, relu } from './arithmetic.ts';
import { colours, ownPixel } from './colour.ts';
import { addMaps, forEachPixel, type OracleAffine, type OracleMap, pixelOf } from './map.ts';

export interface OracleMaskedConv2dConfig {
  readonly kernel: readonly [height: number, width: number];
  readonly mask: 'A' | 'B';
  readonly groups?: number;
  /** The colour of each output channel; contiguous parts unless told. */
  readonly outputGroups?: readonly number[];
  readonly relu?: boolean;
  readonly residual?: boolean;
}

/** A neighbour at (row, column) from the pixel, and where its weights are stored. */
export interface Neighbour {
  readonly row: number;
  readonly column: number;
  readonly tap: number;
  readonly own: boolean;
}

/**
 * The neighbours that come before a pixel in raster order, and the pixel itself where it has something to show: weights are stored
 * for these only, in raster order.
 */
export function earlierNeighbours([height, width]: readonly [number, number], showOwn: boolean): Neighbour[] {
  const neighbours: Neighbour[] = [];
  for (let row = -(height - 1) / 2; row <= (height - 1) / 2; row++)
    for (let column = -(width - 1) / 2; column <= (width - 1) / 2; column++) {
      const own = row === 0 && column === 0;
      const earlier = row < 0 || (row === 0 && column < 0);
      if (earlier || (own && showOwn)) neighbours.push({ row, column, own, tap: neighbours.length });
    }
  return neighbours;
}

/**
 * Masked convolution (PixelRNN §3.4): y(r, c) = bias + Σ over earlier neighbours W·x, plus the pixel's own part by the colour rule;
 * x is rectified first if `relu`, and added to the result if `residual`.
 */
export function oracleMaskedConv2d(
  config: OracleMaskedConv2dConfig,
  { weights, bias }: OracleAffine,
  x: OracleMap,
): OracleMap {
  const { kernel, mask, groups = 1, outputGroups = colours(bias.length, groups), residual = false } = config;
  const neighbours = earlierNeighbours(kernel, mask === 'B' || groups > 1);
  const allowedOwn = ownPixel(mask, colours(x.channels, groups), outputGroups);
  const input = config.relu ? { ...x, values: x.values.map(relu) } : x;

  const result = forEachPixel(x, bias.length, (image, row, column) => {
    const y = Float64Array.from(bias);
    for (const { row: dr, column: dc, tap, own } of neighbours)
      addProduct(y, pixelOf(input, image, row + dr, column + dc), weights, tap, own ? allowedOwn : undefined);
    return y;
  });
  return residual ? addMaps(result, x) : result;
}
