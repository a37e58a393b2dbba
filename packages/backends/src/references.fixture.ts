// The fused operations once more, in stock TensorFlow.js operations and as plainly as possible: one cell at a time.
import * as tf from '@tensorflow/tfjs-core';

type Taps = { rows: number; width: number; last: number };
const POINT: Taps = { rows: 1, width: 1, last: 1 };

export function maskedConv2d(
  { x, w, b, residual }: { x: tf.Tensor4D; w: tf.Tensor; b: tf.Tensor1D; residual?: tf.Tensor4D },
  { rows, width, last, relu }: Taps & { relu: boolean },
): tf.Tensor4D {
  const [inputs, outputs] = [x.shape[3], b.size];
  const hidden = tf.zeros([(width - last) * inputs, outputs]);
  const filter = tf.reshape(tf.concat([tf.reshape(w, [-1, outputs]), hidden], 0), [
    rows,
    width,
    inputs,
    outputs,
  ]) as tf.Tensor4D;
  const left = Math.floor(width / 2);
  const padded = tf.pad(relu ? tf.relu(x) : x, [
    [0, 0],
    [rows - 1, 0],
    [left, width - 1 - left],
    [0, 0],
  ]);
  const y = tf.add(tf.conv2d(padded, filter, 1, 'valid'), b) as tf.Tensor4D;
  return residual ? tf.add(y, residual) : y;
}

export type Scan = { x: tf.Tensor4D; w: tf.Tensor4D; h0: tf.Tensor2D; c0: tf.Tensor2D };
export type ScanKind = { kind: 'diagonal' | 'row' };

export function lstmScan({ x, w, h0, c0 }: Scan, { kind, merge }: ScanKind & { merge: boolean }): tf.Tensor4D {
  const directions = w.shape[0];
  const outputs = Array.from({ length: directions }, (_, d) => {
    // The gradient of tf.split fails for a single part.
    const part = <T extends tf.Tensor>(tensor: T, axis: number): T =>
      directions === 1 ? tensor : (tf.split(tensor, directions, axis)[d] as T);
    const own = { x: part(x, 3), w: part(w, 0), h0: part(h0, 0) };
    const y = scanOne({ ...own, x: d ? tf.reverse(own.x, 2) : own.x, c0: part(c0, 0) }, kind);
    return d ? tf.reverse(y, 2) : y;
  });
  if (directions === 1 || !merge) return tf.concat(outputs, 3);
  const [left, right] = outputs;
  const down = tf.slice(tf.pad(right, [[0, 0], [1, 0], [0, 0], [0, 0]]), 0, right.shape); // biome-ignore format: one row
  return tf.add(left, down);
}

/** One direction: [B, H, W, 4h] → [B, H, W, h]. */
function scanOne({ x, w, h0, c0 }: Scan, kind: ScanKind['kind']): tf.Tensor4D {
  const [batch, height, width] = x.shape;
  const hidden = w.shape[2];
  const zero = tf.zeros([batch, hidden]);
  const [firstH, firstC] = [tf.tile(h0, [batch, 1]), tf.tile(c0, [batch, 1])];
  const weights = tf.reshape(w, [-1, 4 * hidden]);
  const h: tf.Tensor[][] = [];
  const c: tf.Tensor[][] = [];
  const above = (r: number, column: number) =>
    column < 0 || column >= width ? zero : r > 0 ? h[r - 1][column] : firstH;
  for (let r = 0; r < height; r++) {
    h.push([]);
    c.push([]);
    for (let col = 0; col < width; col++) {
      const taps =
        kind === 'row'
          ? [above(r, col - 1), above(r, col), above(r, col + 1)]
          : [r > 0 ? h[r - 1][col] : zero, col > 0 ? h[r][col - 1] : firstH];
      const before = kind === 'row' ? (r > 0 ? c[r - 1][col] : firstC) : col > 0 ? c[r][col - 1] : firstC;
      const pixel = tf.reshape(tf.slice(x, [0, r, col, 0], [batch, 1, 1, 4 * hidden]), [batch, 4 * hidden]);
      const gates = tf.split(tf.add(pixel, tf.matMul(tf.concat(taps, 1), weights)), 4, 1);
      const [o, f, i] = gates.slice(0, 3).map((gate) => tf.sigmoid(gate));
      c[r].push(tf.add(tf.mul(f, before), tf.mul(i, tf.tanh(gates[3]))));
      h[r].push(tf.mul(o, tf.tanh(c[r][col])));
    }
  }
  return tf.stack(h.map((row) => tf.stack(row, 1)), 1) as tf.Tensor4D; // biome-ignore format: one row
}

export function lstmLayer(
  { x, wi, bi, ws, h0, c0, wo, bo }: Record<string, tf.Tensor>,
  { kind, residual }: ScanKind & { residual: boolean },
): tf.Tensor4D {
  const taps = kind === 'row' ? { rows: 1, width: 3, last: 2 } : POINT;
  const [image, input, output] = [x as tf.Tensor4D, wi as tf.Tensor2D, wo as tf.Tensor2D];
  const gates = maskedConv2d({ x: image, w: input, b: bi as tf.Tensor1D }, { ...taps, relu: false });
  const state = { w: ws as tf.Tensor4D, h0: h0 as tf.Tensor2D, c0: c0 as tf.Tensor2D };
  const y = lstmScan({ x: gates, ...state }, { kind, merge: true });
  const projected = maskedConv2d({ x: y, w: output, b: bo as tf.Tensor1D }, { ...POINT, relu: false });
  return residual ? tf.add(projected, image) : projected;
}

export function pixelCnnBlock({ x, w1, b1, w2, b2, w3, b3 }: Record<string, tf.Tensor>, taps: Taps): tf.Tensor4D {
  const step = (input: tf.Tensor, w: tf.Tensor, b: tf.Tensor, shape: Taps) =>
    maskedConv2d({ x: input as tf.Tensor4D, w: w as tf.Tensor2D, b: b as tf.Tensor1D }, { ...shape, relu: true });
  return tf.add(x, step(step(step(x, w1, b1, POINT), w2, b2, taps), w3, b3, POINT));
}

export function gatedActivation({ z }: Record<string, tf.Tensor>): tf.Tensor4D {
  const [features, gates] = tf.split(z as tf.Tensor4D, 2, 3);
  return tf.mul(tf.tanh(features), tf.sigmoid(gates));
}

export function gatedLayer(
  { xh, xv, wv, bv, wl, wh, bh, wo, bo, cv, ch }: Record<string, tf.Tensor>,
  { size, residual }: { size: number; residual: boolean },
): { yh: tf.Tensor; yv: tf.Tensor } {
  const half = Math.floor(size / 2);
  const convolve = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor, taps: Taps) =>
    maskedConv2d({ x: x as tf.Tensor4D, w: w as tf.Tensor2D, b: b as tf.Tensor1D }, { ...taps, relu: false });
  const perImage = (x: tf.Tensor, bias?: tf.Tensor) => (bias ? tf.add(x, tf.reshape(bias, [x.shape[0], 1, 1, -1])) : x);
  const gate = (z: tf.Tensor) => gatedActivation({ z });
  const v = perImage(convolve(xv, wv, bv, { rows: half + 1, width: size, last: size }), cv);
  const link = convolve(v, wl, tf.zerosLike(bh), POINT);
  const u = perImage(tf.add(convolve(xh, wh, bh, { rows: 1, width: size, last: half + 1 }), link), ch);
  const output = convolve(gate(u), wo, bo, POINT);
  return { yh: residual ? tf.add(output, xh) : output, yv: gate(v) };
}

export function softmaxCrossEntropy({ logits, labels }: Record<string, tf.Tensor>): tf.Tensor {
  return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), tf.oneHot(labels as tf.Tensor1D, logits.shape[1]!)), 1));
}

export function bernoulliCrossEntropy({ logits, targets }: Record<string, tf.Tensor>): tf.Tensor {
  return tf.sub(tf.softplus(logits), tf.mul(logits, targets));
}
