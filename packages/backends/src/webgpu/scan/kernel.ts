import { FUSED_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { runProgram } from '../program.ts';
import { deviceLimits, shapesOf, type WebgpuKernel } from '../webgpu-kernel.ts';
import { backwardParts, backwardScan } from './backward.ts';
import { collectScan } from './collect.ts';
import { forwardScan } from './forward.ts';
import { declinesScan, readScan, type ScanGeometry, slotsOf, tiling } from './geometry.ts';
import { scanWeightGradient } from './weight-gradient.ts';

const { name, gradient } = FUSED_KERNELS.lstmScan;

const deal = (geometry: ScanGeometry) =>
  tiling(slotsOf(geometry), geometry.hidden, deviceLimits().maxComputeInvocationsPerWorkgroup);

/**
 * Both LSTM scans: one program for the whole recursion, forward and backward, with one workgroup for each image and direction. What
 * is saved is the trace (see {@link forwardScan}). The gradient of the weights is one product over all cells afterwards.
 */
export const lstmScan: WebgpuKernel = {
  kernel: FUSED_KERNELS.lstmScan,

  declines(shapes, attributes, limits) {
    const { geometry, batch } = readScan(name, 'x', shapes, attributes);
    return declinesScan(geometry, batch, limits);
  },

  forward({ x, w, h0, c0 }, attributes) {
    const { geometry, batch } = readScan(name, 'x', shapesOf({ x, w, h0, c0 }), attributes);
    const { directions, merge, height, width, hidden } = geometry;
    const byGate = tf.reshape(w, [-1, 4, hidden]); // [D·T·h, gate, h]
    const inputs = { x, w: tf.transpose(byGate, [0, 2, 1]), h0, c0 };
    const trace = runProgram(forwardScan(geometry, batch, deal(geometry)), inputs);
    const y = runProgram(collectScan(geometry, batch), { trace });
    return [tf.reshape(y, [batch, height, width, merge ? hidden : directions * hidden]), trace];
  },

  backward({ dy, w, h0, c0, saved0: trace }, attributes) {
    const { geometry, batch } = readScan(gradient.name, 'dy', shapesOf({ dy, w, h0, c0 }), attributes);
    const { directions, height, width, hidden } = geometry;
    const memory = deviceLimits().maxComputeWorkgroupStorageSize;
    const transposed = tf.transpose(w, [0, 1, 3, 2]); // [D, T, 4h, h]
    const backward = backwardScan(geometry, batch, deal(geometry), memory);
    const all = runProgram(backward, { dy, trace, w: transposed, c0 });

    const { x, states } = backwardParts(geometry, batch);
    const gradients = tf.slice(all, 0, x);
    const ofStates = tf.reshape(tf.slice(all, x, 2 * states), [2, directions, -1, hidden]);
    const [dh0, dc0] = tf.unstack(tf.sum(ofStates, 2), 0);
    const weights = scanWeightGradient(geometry, batch);
    const partial = runProgram(weights.program, { trace, gradients, h0 });
    const dw = tf.sum(tf.reshape(partial, [directions, weights.parts, w.size / directions]), 1);
    return [tf.reshape(gradients, [batch, height, width, directions * 4 * hidden]), tf.reshape(dw, w.shape), dh0, dc0];
  },
};
