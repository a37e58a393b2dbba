import { fusedOp } from '@pixelrnn/core';
import { FUSED_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { gatherRows, outside, type Packing, packing, reframe } from './packing.ts';
import type { ScanKind, Slots } from './waves.ts';

/** What the scan reads. */
export type ScanInputs = {
  /** Pre-gates with bias [B, H, W, D·4h], direction-major, then gates o, f, i, g. */
  readonly x: tf.Tensor4D;
  /** State-to-state weights [D, T, h, 4h]: T = 2 (diagonal) or 3 (row), taps in the order above. */
  readonly w: tf.Tensor4D;
  /** Learned initial state [D, h]. */
  readonly h0: tf.Tensor2D;
  readonly c0: tf.Tensor2D;
};

/** `merge`: with two directions, y = left + right moved down one row; otherwise the directions stand side by side. */
export type ScanAttributes = { kind: ScanKind; merge: boolean };

/**
 * The recurrence of both LSTM layers (PixelRNN eq. 3) from pre-gates that the input-to-state convolution has made:
 *
 *   [o, f, i, g] = x(r, c) + Σ_taps w_tap · h(tap)        o, f, i through σ; g through tanh
 *   c = f · c' + i · g          h = o · tanh(c)
 *
 *             taps of h                      c' is the cell of        before the first
 *   diagonal  (r−1, c), (r, c−1)             (r, c−1)                 (r, −1) → h0, c0;  (−1, c) → 0
 *   row       (r−1, c−1), (r−1, c), (r−1, c+1)  (r−1, c)              (−1, c) → h0, c0;  columns outside → 0
 *
 * Each row of a diagonal scan starts from the learned state at its own first pixel; the paper's skewed map would let padding cells
 * run from it first. Direction 1 is the mirror image, with c+1 for c−1.
 *
 * @returns hidden states [B, H, W, h] (merged or one direction) or [B, H, W, D·h]
 */
export const lstmScan = fusedOp(
  FUSED_KERNELS.lstmScan,
  (inputs: ScanInputs, attributes: ScanAttributes): tf.Tensor4D => {
    const scan = tf.customGrad((...args) => {
      const save = args.pop() as tf.GradSaveFunc;
      const [x, w, h0, c0] = args as [tf.Tensor4D, tf.Tensor4D, tf.Tensor2D, tf.Tensor2D];
      const { y, trace } = forward({ x, w, h0, c0 }, attributes);
      save([w, ...trace]);
      return {
        value: y,
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backward(dy as tf.Tensor4D, saved, x.shape, attributes),
      };
    });
    return scan(inputs.x, inputs.w, inputs.h0, inputs.c0) as tf.Tensor4D;
  },
);

type Shape4D = tf.Tensor4D['shape'];

const EMPTY: Slots = [0, -1];

/** The frames in which a wave's taps lie, relative to its slots: one row up and the same row, or three columns. */
const tapFrames = (kind: ScanKind, [first, last]: Slots): Slots[] =>
  (kind === 'diagonal' ? [-1, 0] : [-1, 0, 1]).map((shift) => [first + shift, last + shift]);

function forward({ x, w, h0, c0 }: ScanInputs, { kind, merge }: ScanAttributes) {
  const [batch, height, width] = x.shape;
  const [directions, , hidden] = w.shape;
  const plan = packing(kind, directions, [batch, height, width]);
  const weights = tf.reshape(w, [directions, -1, 4 * hidden]); // [D, T·h, 4h]
  const perImage = (state: tf.Tensor2D) => tf.tile(tf.expandDims(state, 1), [1, batch, 1]) as tf.Tensor3D; // [D, B, h]
  const [h0s, c0s, zeros] = [perImage(h0), perImage(c0), tf.zeros([directions, batch, hidden]) as tf.Tensor3D];

  // Row: the wave before the first is the learned state in every column. Diagonal: it is empty, and each row's start is filled in.
  let before = kind === 'row' ? plan.slots[0] : EMPTY;
  let h = kind === 'row' ? tf.tile(h0s, [1, width, 1]) : undefined;
  let c = kind === 'row' ? tf.tile(c0s, [1, width, 1]) : undefined;

  const pre = tf.split(packPreGates(x, plan), [...plan.sizes], 1);
  const [inputs, cells, gates, states, hiddens]: tf.Tensor3D[][] = [[], [], [], [], []];
  plan.slots.forEach((slots, t) => {
    const fills = kind === 'diagonal' ? [zeros, h0s] : [zeros, zeros, zeros];
    const taps = tf.concat(
      tapFrames(kind, slots).map((frame, tap) => reframe(h, before, frame, fills[tap])),
      2,
    );
    const previousCell = reframe(c, before, slots, c0s);
    const [preSigmoid, preTanh] = tf.split(tf.add(pre[t], tf.matMul(taps, weights)), [3 * hidden, hidden], 2);
    const ofi = tf.sigmoid(preSigmoid);
    const g = tf.tanh(preTanh);
    const [o, f, i] = tf.split(ofi, 3, 2);
    c = tf.add(tf.mul(f, previousCell), tf.mul(i, g)) as tf.Tensor3D;
    h = tf.mul(o, tf.tanh(c)) as tf.Tensor3D;
    before = slots;
    inputs.push(taps);
    cells.push(previousCell);
    gates.push(tf.concat([ofi, g], 2) as tf.Tensor3D);
    states.push(c);
    hiddens.push(h);
  });
  const trace = [inputs, cells, gates, states].map((parts) => tf.concat(parts, 1)); // each [D, N, ·]
  return { y: unpack(tf.concat(hiddens, 1), plan, [batch, height, width], merge), trace };
}

function backward(
  dy: tf.Tensor4D,
  saved: tf.Tensor[],
  inputShape: Shape4D,
  { kind, merge }: ScanAttributes,
): tf.Tensor[] {
  const [w, taps, previousCells, gates, cells] = saved as [tf.Tensor4D, ...tf.Tensor3D[]];
  const [directions, tapCount, hidden] = w.shape;
  const [batch, height, width] = dy.shape;
  const plan = packing(kind, directions, [batch, height, width]);
  const weights = tf.reshape(w, [directions, -1, 4 * hidden]) as tf.Tensor3D;

  // All that does not depend on the recursion, for all waves at once.
  const [o, f, i, g] = tf.split(gates, 4, 2);
  const tanhC = tf.tanh(cells);
  const slope = (gate: tf.Tensor) => tf.mul(gate, tf.sub(1, gate));
  const byWave = (x: tf.Tensor) => tf.split(x, [...plan.sizes], 1) as tf.Tensor3D[];
  const fromHidden = byWave(tf.mul(o, tf.sub(1, tf.square(tanhC)))); // dh/dc
  const forget = byWave(f);
  const factors = byWave(
    tf.concat(
      [
        tf.mul(slope(o), tanhC),
        tf.mul(slope(f), previousCells),
        tf.mul(slope(i), g),
        tf.mul(i, tf.sub(1, tf.square(g))),
      ],
      2,
    ),
  );
  const dys = byWave(packOutputGradient(dy, plan, merge));

  const zeros = tf.zeros([directions, batch, hidden]) as tf.Tensor3D;
  const dGates: tf.Tensor3D[] = [];
  const [dh0, dc0]: tf.Tensor2D[][] = [[], []];
  let fromNext: tf.Tensor3D[] = [];
  let dcNext: tf.Tensor3D | undefined;
  for (let t = plan.slots.length - 1; t >= 0; t--) {
    const slots = plan.slots[t];
    const before = t > 0 ? plan.slots[t - 1] : kind === 'row' ? slots : EMPTY;
    const dh = fromNext.length > 0 ? tf.addN([dys[t], ...fromNext]) : dys[t];
    const throughHidden = tf.mul(dh, fromHidden[t]);
    const dc = dcNext ? tf.add(dcNext, throughHidden) : throughHidden;
    dGates[t] = tf.mul(tf.concat([dh, dc, dc, dc], 2), factors[t]);
    const dTaps = tf.split(tf.matMul(dGates[t], weights, false, true), tapCount, 2) as tf.Tensor3D[];
    const dPrevious = tf.mul(dc, forget[t]) as tf.Tensor3D;

    const frames = tapFrames(kind, slots);
    if (kind === 'diagonal') {
      // A row that starts in this wave took its left neighbour and cell from the learned state.
      pushDefined(dh0, outside(dTaps[1], frames[1], before));
      pushDefined(dc0, outside(dPrevious, slots, before));
      if (t === 0) break;
    }
    fromNext = dTaps.map((d, tap) => reframe(d, frames[tap], before, zeros));
    dcNext = reframe(dPrevious, slots, before, zeros);
  }
  if (kind === 'row') {
    dh0.push(tf.sum(tf.addN(fromNext), 1));
    dc0.push(tf.sum(dcNext!, 1));
  }
  const dGate = tf.concat(dGates, 1); // [D, N, 4h]
  return [
    unpackPreGates(dGate, plan, inputShape),
    tf.reshape(tf.matMul(taps, dGate, true, false), w.shape),
    tf.addN(dh0),
    tf.addN(dc0),
  ];
}

const pushDefined = <T>(list: T[], item: T | undefined) => {
  if (item !== undefined) list.push(item);
};

/** [B, H, W, D·4h] → [D, N, 4h] in packed order. */
function packPreGates(x: tf.Tensor4D, { cells }: Packing): tf.Tensor3D {
  const directions = cells.length;
  const table = tf.reshape(x, [-1, x.shape[3] / directions]) as tf.Tensor2D; // one row per cell and direction
  return gatherRows(
    table,
    cells.map((order, d) => order.map((cell) => cell * directions + d)),
  );
}

/** The inverse of {@link packPreGates}. */
function unpackPreGates(x: tf.Tensor3D, { positions }: Packing, shape: Shape4D): tf.Tensor4D {
  const [directions, count, channels] = x.shape;
  const rows = new Int32Array(count * directions);
  positions.forEach((position, d) => {
    for (let cell = 0; cell < count; cell++) rows[cell * directions + d] = d * count + position[cell];
  });
  return tf.reshape(gatherRows(tf.reshape(x, [-1, channels]), [rows]), shape);
}

/** Hidden states [D, N, h] → [B, H, W, h], the right stream moved down one row (merge), or side by side. */
function unpack(
  h: tf.Tensor3D,
  plan: Packing,
  [batch, height, width]: readonly [number, number, number],
  merge: boolean,
): tf.Tensor4D {
  const [directions, count, hidden] = h.shape;
  if (directions === 1 || !merge) return unpackPreGates(h, plan, [batch, height, width, directions * hidden]);
  const [left, right] = plan.positions;
  const rowOf = (cell: number) => Math.floor(cell / width) % height;
  // Row 0 of the right stream reads the zero row.
  const shifted = right.map((_, cell) => (rowOf(cell) === 0 ? 2 * count : count + right[cell - width]));
  const both = gatherRows(tf.reshape(h, [-1, hidden]), [left, shifted]);
  return tf.reshape(tf.sum(both, 0), [batch, height, width, hidden]);
}

/** The adjoint of {@link unpack}: dy → [D, N, h]. */
function packOutputGradient(dy: tf.Tensor4D, plan: Packing, merge: boolean): tf.Tensor3D {
  if (plan.cells.length === 1 || !merge) return packPreGates(dy, plan);
  const [, height, width, hidden] = dy.shape;
  const [left, right] = plan.cells;
  const isLastRow = (cell: number) => Math.floor(cell / width) % height === height - 1;
  const below = right.map((cell) => (isLastRow(cell) ? left.length : cell + width));
  return gatherRows(tf.reshape(dy, [-1, hidden]), [left, below]);
}
