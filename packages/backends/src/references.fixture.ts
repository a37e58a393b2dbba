// The fused operations once more, in stock TensorFlow.js operations and as plainly as possible.
import { logisticMixtureCrossEntropy as mixtureOfCore, withoutFusedKernels } from '@pixelrnn/core';
import { type ScanAttributes, type ScanInputs, lstmScan as scanOfLayers } from '@pixelrnn/layers';
import * as tf from '@tensorflow/tfjs-core';

type MixtureInputs = { parameters: tf.Tensor2D; pixels: tf.Tensor2D };
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

/** The reference of the layers, which `conformance` compares with a float64 oracle. */
export const lstmScan = (inputs: ScanInputs, attributes: ScanAttributes): tf.Tensor4D =>
  withoutFusedKernels(() => scanOfLayers(inputs, attributes));

export function lstmLayer(
  { x, wi, bi, ws, h0, c0, wo, bo, ci }: Record<string, tf.Tensor>,
  { kind, residual }: Pick<ScanAttributes, 'kind'> & { residual: boolean },
): tf.Tensor4D {
  const taps = kind === 'row' ? { rows: 1, width: 3, last: 2 } : POINT;
  const [image, input, output] = [x as tf.Tensor4D, wi as tf.Tensor2D, wo as tf.Tensor2D];
  const gates = perImage(maskedConv2d({ x: image, w: input, b: bi as tf.Tensor1D }, { ...taps, relu: false }), ci);
  const state = { w: ws as tf.Tensor4D, h0: h0 as tf.Tensor2D, c0: c0 as tf.Tensor2D };
  const y = lstmScan({ x: gates as tf.Tensor4D, ...state }, { kind, merge: true });
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

/** x with a bias of every image [B, C]. */
const perImage = (x: tf.Tensor, bias?: tf.Tensor) => (bias ? tf.add(x, tf.reshape(bias, [x.shape[0], 1, 1, -1])) : x);

export const concatElu = ({ x }: Record<string, tf.Tensor>): tf.Tensor => tf.elu(tf.concat([x, tf.neg(x)], 3));

export function gatedResidual({ z, residual }: Record<string, tf.Tensor>): tf.Tensor {
  const [features, gates] = tf.split(z as tf.Tensor4D, 2, 3);
  return tf.add(residual, tf.mul(features, tf.sigmoid(gates)));
}

export function gatedLayer(
  { xh, xv, wv, bv, wl, wh, bh, wo, bo, cv, ch }: Record<string, tf.Tensor>,
  { size, residual }: { size: number; residual: boolean },
): { yh: tf.Tensor; yv: tf.Tensor } {
  const half = Math.floor(size / 2);
  const convolve = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor, taps: Taps) =>
    maskedConv2d({ x: x as tf.Tensor4D, w: w as tf.Tensor2D, b: b as tf.Tensor1D }, { ...taps, relu: false });
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

/** The reference of the likelihood, which `conformance` compares with a float64 oracle. */
export const logisticMixtureCrossEntropy = (inputs: MixtureInputs, attributes: { levels: number }): tf.Tensor =>
  withoutFusedKernels(() => mixtureOfCore(inputs, attributes));
