import { addProduct, type LstmState, lstmStep } from './arithmetic.ts';
import { addMaps, forEachPixel, type OracleMap, type OracleValues, pixelOf } from './map.ts';

/** What a scan knows of the states before it; D directions, T taps. */
export interface OracleScanParams {
  /** [D, T, hidden, 4·hidden], taps in the order of {@link oracleScan}. */
  readonly state: OracleValues;
  /** [D, hidden], the learned state before the first pixel. */
  readonly h0: OracleValues;
  readonly c0: OracleValues;
}

/**
 * The recurrence of both LSTMs (PixelRNN eq. 3), pixel by pixel and without skewing, from the input's part of the gates
 * [B, H, W, D·4·hidden]:
 *
 *             taps of h                              c' is of     before the first
 *   row       (r−1, c−1), (r−1, c), (r−1, c+1)       (r−1, c)     above: h0, c0; beside: zeros
 *   diagonal  (r−1, c), (r, c−1)                     (r, c−1)     above: zeros; beside: h0, c0
 *
 * A second direction runs from right to left, with c+1 for c−1.
 *
 * @returns the hidden states of each direction, [B, H, W, hidden]
 */
export function oracleScan(
  kind: 'row' | 'diagonal',
  { state, h0, c0 }: OracleScanParams,
  gates: OracleMap,
  directions = 1,
): OracleMap[] {
  const hidden = h0.length / directions;
  const none: LstmState = { h: new Float64Array(hidden), c: new Float64Array(hidden) };
  return Array.from({ length: directions }, (_, direction) => {
    const own = (values: OracleValues) =>
      Float64Array.from({ length: hidden }, (_, k) => values[direction * hidden + k]);
    const initial: LstmState = { h: own(h0), c: own(c0) };
    const step = direction === 0 ? 1 : -1;
    const states: LstmState[] = [];
    const index = (image: number, row: number, column: number) => (image * gates.height + row) * gates.width + column;
    const stateAt = (image: number, row: number, column: number): LstmState => {
      const [above, beside] = [row < 0, column < 0 || column >= gates.width];
      if (above || beside) return (kind === 'row' ? beside : above) ? none : initial;
      return states[index(image, row, column)];
    };

    for (let image = 0; image < gates.batch; image++)
      for (let row = 0; row < gates.height; row++)
        for (let n = 0; n < gates.width; n++) {
          const column = direction === 0 ? n : gates.width - 1 - n;
          const taps =
            kind === 'row'
              ? [-1, 0, 1].map((shift) => stateAt(image, row - 1, column + shift))
              : [stateAt(image, row - 1, column), stateAt(image, row, column - step)];
          const sums = pixelOf(gates, image, row, column).slice(direction * 4 * hidden, (direction + 1) * 4 * hidden);
          taps.forEach(({ h }, tap) => {
            addProduct(sums, h, state, direction * taps.length + tap);
          });
          states[index(image, row, column)] = lstmStep(sums, taps[1].c);
        }
    return forEachPixel(gates, hidden, (image, row, column) => states[index(image, row, column)].h);
  });
}

/**
 * The sum of the directions. The second is used one row lower, since its state at (r, c) has read pixels right of c.
 */
export function mergeDirections([left, right]: readonly OracleMap[]): OracleMap {
  if (!right) return left;
  const lower = forEachPixel(right, right.channels, (image, row, column) => pixelOf(right, image, row - 1, column));
  return addMaps(left, lower);
}
