import { type Allowed, addProduct, relu } from './arithmetic.ts';
import { colours, ownPixel } from './colour.ts';
import { addMaps, forEachPixel, type OracleAffine, type OracleMap, type OracleValues, pixelOf } from './map.ts';

export interface OracleMaskedConv2dConfig {
  readonly kernel: readonly [height: number, width: number];
  readonly mask: 'A' | 'B';
  readonly groups?: number;
  /** The colour of each output channel; contiguous parts unless told. */
  readonly outputGroups?: readonly number[];
  readonly relu?: boolean;
  readonly residual?: boolean;
  /** Weight normalization: each filter has the length that its gain says. */
  readonly normalize?: boolean;
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
  { weights, bias, gain }: OracleAffine & { readonly gain?: OracleValues },
  x: OracleMap,
): OracleMap {
  const { kernel, mask, groups = 1, outputGroups = colours(bias.length, groups), residual = false } = config;
  const neighbours = earlierNeighbours(kernel, mask === 'B' || groups > 1);
  const allowedOwn = ownPixel(mask, colours(x.channels, groups), outputGroups);
  const w = config.normalize ? normalized(neighbours, allowedOwn, weights, x.channels, gain!) : weights;
  const input = config.relu ? { ...x, values: x.values.map(relu) } : x;

  const result = forEachPixel(x, bias.length, (image, row, column) => {
    const y = Float64Array.from(bias);
    for (const { row: dr, column: dc, tap, own } of neighbours)
      addProduct(y, pixelOf(input, image, row + dr, column + dc), w, tap, own ? allowedOwn : undefined);
    return y;
  });
  return residual ? addMaps(result, x) : result;
}

/** Salimans & Kingma 2016, eq. 2: g · v / ‖v‖ for the filter v of each output, which consists of what that output may see. */
function normalized(
  neighbours: readonly Neighbour[],
  allowedOwn: Allowed,
  weights: OracleValues,
  inputs: number,
  gain: OracleValues,
): Float64Array {
  const filter = (output: number) =>
    neighbours.flatMap(({ tap, own }) =>
      Array.from({ length: inputs }, (_, input) =>
        own && !allowedOwn(input, output) ? 0 : weights[(tap * inputs + input) * gain.length + output],
      ),
    );
  const lengths = Array.from(gain, (_, output) => Math.hypot(...filter(output)));
  return Float64Array.from(weights, (v, i) => (v * gain[i % gain.length]) / lengths[i % gain.length]);
}
