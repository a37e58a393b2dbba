import * as tf from '@tensorflow/tfjs-core';
import { type ScanKind, type Slots, waves } from './waves.ts';

/** Which row of a table of cells each packed position reads, and back. Directions are mirror images of each other. */
export interface Packing {
  readonly slots: readonly Slots[];
  /** Rows of one wave: slots · batch. */
  readonly sizes: readonly number[];
  /** [D][N]: cell index (b·H + r)·W + c at each packed position, N = B·H·W. */
  readonly cells: readonly Int32Array[];
  /** [D][N]: the packed position of each cell. */
  readonly positions: readonly Int32Array[];
}

const cache = new Map<string, Packing>();

/** The packed order is wave by wave, slot by slot, image by image; computed once for each shape. */
export function packing(kind: ScanKind, directions: number, [batch, height, width]: readonly number[]): Packing {
  const key = [kind, directions, batch, height, width].join();
  const known = cache.get(key);
  if (known) return known;
  const { slots, cells } = waves(kind, height, width);
  const mirrored = (cell: number) => cell - (cell % width) + (width - 1 - (cell % width));
  const perDirection = Array.from({ length: directions }, (_, d) => {
    const order = new Int32Array(batch * cells.length);
    cells.forEach((cell, i) => {
      for (let b = 0; b < batch; b++) order[i * batch + b] = b * height * width + (d === 0 ? cell : mirrored(cell));
    });
    return order;
  });
  const result: Packing = {
    slots,
    sizes: slots.map(([first, last]) => (last - first + 1) * batch),
    cells: perDirection,
    positions: perDirection.map(inverse),
  };
  cache.set(key, result);
  return result;
}

function inverse(order: Int32Array): Int32Array {
  const positions = new Int32Array(order.length);
  order.forEach((cell, position) => {
    positions[cell] = position;
  });
  return positions;
}

/** Rows of `table` [M, C] by index → [D, N, C]; index M reads zeros. */
export function gatherRows(table: tf.Tensor2D, indices: readonly Int32Array[]): tf.Tensor3D {
  const [rows, channels] = table.shape;
  const withZeros = indices.some((list) => list.includes(rows))
    ? tf.concat([table, tf.zeros([1, channels])], 0)
    : table;
  const flat = tf.tensor1d(Int32Array.from(indices.flatMap((list) => [...list])), 'int32');
  return tf.reshape(tf.gather(withZeros, flat), [indices.length, indices[0].length, channels]) as tf.Tensor3D;
}

/**
 * Changes the range of slots of a packed state [D, slots·B, C]: slots outside `to` are dropped, slots that `from` lacks are filled
 * with `fill` [D, B, C]. Every neighbour of a wave is the wave before it in another frame.
 */
export function reframe(x: tf.Tensor3D | undefined, from: Slots, to: Slots, fill: tf.Tensor3D): tf.Tensor3D {
  const [directions, batch, channels] = fill.shape;
  const first = Math.max(from[0], to[0]);
  const last = Math.min(from[1], to[1]);
  if (x === undefined || first > last) return tf.tile(fill, [1, to[1] - to[0] + 1, 1]);
  const parts: tf.Tensor3D[] = [];
  if (to[0] < first) parts.push(tf.tile(fill, [1, first - to[0], 1]));
  parts.push(tf.slice(x, [0, (first - from[0]) * batch, 0], [directions, (last - first + 1) * batch, channels]));
  if (to[1] > last) parts.push(tf.tile(fill, [1, to[1] - last, 1]));
  return parts.length === 1 ? parts[0] : tf.concat(parts, 1);
}

/** The part of `x` that {@link reframe} took from `fill`, summed over slots and images: [D, slots·B, C] → [D, C]. */
export function outside(x: tf.Tensor3D, to: Slots, from: Slots): tf.Tensor2D | undefined {
  const batch = x.shape[1] / (to[1] - to[0] + 1);
  const before = Math.max(0, Math.min(from[0], to[1] + 1) - to[0]);
  const after = Math.max(0, to[1] - Math.max(from[1], to[0] - 1 + before));
  const parts = [];
  if (before > 0) parts.push(tf.sum(tf.slice(x, [0, 0, 0], [x.shape[0], before * batch, x.shape[2]]), 1));
  if (after > 0) {
    const start = x.shape[1] - after * batch;
    parts.push(tf.sum(tf.slice(x, [0, start, 0], [x.shape[0], after * batch, x.shape[2]]), 1));
  }
  return parts.length === 0 ? undefined : (tf.addN(parts) as tf.Tensor2D);
}
