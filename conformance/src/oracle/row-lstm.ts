import { addProduct, type LstmState, lstmStep } from './arithmetic.ts';
import { colours, ownPixel } from './colour.ts';
import { addMaps, forEachPixel, type OracleAffine, type OracleMap, type OracleValues, pixelOf } from './map.ts';
import { oracleMaskedConv2d } from './masked-conv2d.ts';

export interface OracleRowLstmConfig {
  readonly groups?: number;
  readonly residual?: boolean;
}

export interface OracleRowLstmParams {
  /** weights [2, inputs, 4·hidden]: left neighbour, own pixel. */
  readonly input: OracleAffine;
  /** [1, 3, hidden, 4·hidden]: columns c−1, c, c+1 of the row above. */
  readonly state: OracleValues;
  /** [1, hidden], the state of every column of the row above the image. */
  readonly h0: OracleValues;
  readonly c0: OracleValues;
  /** weights [1, hidden, outputs]. */
  readonly output: OracleAffine;
}

/**
 * Row LSTM (PixelRNN §3.1, eq. 3), pixel by pixel: the gates at (r, c) read x at (r, c−1) and, by the colour rule, (r, c), and the
 * hidden state of the row above at columns c−1 … c+1; the cell comes from (r−1, c).
 */
export function oracleRowLstm(config: OracleRowLstmConfig, params: OracleRowLstmParams, x: OracleMap): OracleMap {
  const { groups = 1, residual = true } = config;
  const { input, state, h0, c0 } = params;
  const hidden = h0.length;
  const allowedOwn = ownPixel('B', colours(x.channels, groups), colours(4 * hidden, groups, 4));

  const states = new Map<string, LstmState>();
  const outside: LstmState = { h: new Float64Array(hidden), c: new Float64Array(hidden) };
  const initial: LstmState = { h: Float64Array.from(h0), c: Float64Array.from(c0) };
  const stateAt = (image: number, row: number, column: number): LstmState => {
    if (column < 0 || column >= x.width) return outside;
    return row < 0 ? initial : states.get(`${image},${row},${column}`)!;
  };

  const h = forEachPixel(x, hidden, (image, row, column) => {
    const gates = Float64Array.from(input.bias);
    addProduct(gates, pixelOf(x, image, row, column - 1), input.weights, 0);
    addProduct(gates, pixelOf(x, image, row, column), input.weights, 1, allowedOwn);
    for (const tap of [0, 1, 2]) addProduct(gates, stateAt(image, row - 1, column + tap - 1).h, state, tap);
    const next = lstmStep(gates, stateAt(image, row - 1, column).c);
    states.set(`${image},${row},${column}`, next);
    return next.h;
  });
  const y = oracleMaskedConv2d({ kernel: [1, 1], mask: 'B', groups }, params.output, h);
  return residual ? addMaps(y, x) : y;
}
