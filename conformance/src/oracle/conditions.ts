import { addProduct } from './arithmetic.ts';
import { forEachPixel, type OracleFrame, type OracleMap, type OracleValues, oracleMap, pixelOf } from './map.ts';

/** What images are conditioned on, as flat numbers: a class, a vector and a map for each. */
export interface OracleContext {
  readonly labels?: OracleValues;
  readonly vector?: OracleValues;
  readonly map?: OracleValues;
}

/** The same with the map as one. */
export interface OracleConditions extends Pick<OracleContext, 'labels' | 'vector'> {
  readonly map?: OracleMap;
  readonly batch?: number;
}

export const oracleConditions = ({ map, ...rest }: OracleContext = {}, dims: OracleFrame): OracleConditions => ({
  ...rest,
  batch: dims.batch,
  map: map && oracleMap(map, dims),
});

/** The weights of each condition that a layer reads: [classes, N], [D, N], [C, N]. */
export interface OracleConditionParams {
  readonly classes?: OracleValues;
  readonly vector?: OracleValues;
  readonly map?: OracleValues;
}

/** sum ← sum + V[class] + U·vector + M·map(r, c): Gated PixelCNN eq. 4 and after it; nothing is masked. */
export function addConditions(
  sum: Float64Array,
  params: OracleConditionParams,
  { labels, vector, map, batch = 1 }: OracleConditions,
  [image, row, column]: readonly [image: number, row: number, column: number],
): void {
  if (params.classes) {
    if (!labels) throw new Error('oracle: wanted labels for a class-conditional layer, got none');
    addProduct(sum, Float64Array.of(1), params.classes, labels[image]);
  }
  if (params.vector) {
    const size = vector!.length / batch;
    const own = Float64Array.from({ length: size }, (_, d) => vector![image * size + d]);
    addProduct(sum, own, params.vector);
  }
  if (params.map) addProduct(sum, pixelOf(map!, image, row, column), params.map);
}

/** The same at every pixel of a map. */
export const withConditions = (
  map: OracleMap,
  params: OracleConditionParams,
  conditions: OracleConditions,
): OracleMap =>
  forEachPixel(map, map.channels, (image, row, column) => {
    const sum = pixelOf(map, image, row, column).slice();
    addConditions(sum, params, conditions, [image, row, column]);
    return sum;
  });
