import { addProduct, type LstmState, lstmStep } from './arithmetic.ts';
import { colours, ownPixel } from './colour.ts';
import { addMaps, forEachPixel, type OracleAffine, type OracleMap, type OracleValues, pixelOf } from './map.ts';
import { oracleMaskedConv2d } from './masked-conv2d.ts';

export interface OracleDiagonalBiLstmConfig {
  readonly groups?: number;
  readonly residual?: boolean;
  readonly directions?: 1 | 2;
}

export interface OracleDiagonalBiLstmParams {
  /** weights [1, inputs, directions·4·hidden]. */
  readonly input: OracleAffine;
  /** [directions, 2, hidden, 4·hidden]: the pixel above, then the pixel before it in its row. */
  readonly state: OracleValues;
  /** [directions, hidden], the state before the first pixel of every row. */
  readonly h0: OracleValues;
  readonly c0: OracleValues;
  /** weights [1, hidden, outputs]. */
  readonly output: OracleAffine;
}

/**
 * Diagonal BiLSTM (PixelRNN §3.2), pixel by pixel and without skewing: in each direction the state at a pixel comes from the pixel
 * above and the one before it in the row. The second direction runs from right to left and is used one row lower, since its state
 * at (r, c) has read pixels right of c.
 */
export function oracleDiagonalBiLstm(
  config: OracleDiagonalBiLstmConfig,
  params: OracleDiagonalBiLstmParams,
  x: OracleMap,
): OracleMap {
  const { groups = 1, residual = true, directions = 2 } = config;
  const gatesOf = inputToState(params.input, x, groups, directions);
  const left = scan(gatesOf, params, x, directions, 0);
  const right = directions === 2 ? scan(gatesOf, params, x, directions, 1) : undefined;
  const hidden = forEachPixel(x, left.channels, (image, row, column) => {
    const h = pixelOf(left, image, row, column);
    const shifted = right && pixelOf(right, image, row - 1, column);
    return shifted ? h.map((value, k) => value + shifted[k]) : h;
  });
  const y = oracleMaskedConv2d({ kernel: [1, 1], mask: 'B', groups }, params.output, hidden);
  return residual ? addMaps(y, x) : y;
}

/** The input's part of the gates, for all directions: [directions · 4 · hidden] a pixel. */
function inputToState({ weights, bias }: OracleAffine, x: OracleMap, groups: number, directions: number): OracleMap {
  const allowed = ownPixel('B', colours(x.channels, groups), colours(bias.length, groups, 4 * directions));
  return forEachPixel(x, bias.length, (image, row, column) => {
    const gates = Float64Array.from(bias);
    addProduct(gates, pixelOf(x, image, row, column), weights, 0, allowed);
    return gates;
  });
}

/** The hidden states of one direction: 0 runs left to right, 1 right to left. */
function scan(
  gatesOf: OracleMap,
  params: OracleDiagonalBiLstmParams,
  x: OracleMap,
  directions: number,
  direction: number,
): OracleMap {
  const hidden = params.h0.length / directions;
  const slice = (values: OracleValues) => Float64Array.from(values).slice(direction * hidden, (direction + 1) * hidden);
  const initial: LstmState = { h: slice(params.h0), c: slice(params.c0) };
  const zeros: LstmState = { h: new Float64Array(hidden), c: new Float64Array(hidden) };
  const step = direction === 0 ? 1 : -1;
  const states = new Map<string, LstmState>();
  const stateAt = (image: number, row: number, column: number): LstmState => {
    if (row < 0) return zeros;
    return column < 0 || column >= x.width ? initial : states.get(`${image},${row},${column}`)!;
  };

  for (let image = 0; image < x.batch; image++)
    for (let row = 0; row < x.height; row++)
      for (let n = 0; n < x.width; n++) {
        const column = direction === 0 ? n : x.width - 1 - n;
        const before = stateAt(image, row, column - step);
        const gates = pixelOf(gatesOf, image, row, column).slice(direction * 4 * hidden, (direction + 1) * 4 * hidden);
        addProduct(gates, stateAt(image, row - 1, column).h, params.state, 2 * direction);
        addProduct(gates, before.h, params.state, 2 * direction + 1);
        states.set(`${image},${row},${column}`, lstmStep(gates, before.c));
      }
  return forEachPixel(x, hidden, (image, row, column) => stateAt(image, row, column).h);
}
