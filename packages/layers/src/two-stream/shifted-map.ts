import { type Groups, POINTWISE, type Taps } from '@pixelrnn/core';
import type * as tf from '@tensorflow/tfjs-core';
import { type LinearMap, linearMap, type Resolved } from '../convolution/linear-map.ts';
import { maskedConv2dOp } from '../convolution/masked-conv2d-op.ts';
import { doubled, halved, type Resample } from './resample.ts';

/**
 * The kernels of the two streams, with the pixel `o` that they stand at:
 *
 *   above   x x x       here   x x
 *           x o x              x o        2×3 down-shifted, 2×2 down-right-shifted
 */
export const KERNELS = {
  above: { rows: 2, width: 3, last: 3 },
  here: { rows: 2, width: 2, last: 2 },
} as const satisfies Record<string, Taps>;

/** Which of the two streams. */
export type StreamName = keyof typeof KERNELS;

/** A weight-normalized linear map of one of the streams. All channels of a pixel are one colour group: nothing is masked but taps. */
export interface ShiftedMap {
  readonly map: LinearMap;
  /** [B, H, W, inputs] → outputs, at the map's own resolution; `residual` is added. */
  convolve(x: tf.Tensor4D, weights: Resolved<tf.Tensor3D, tf.Tensor1D>, residual?: tf.Tensor4D): tf.Tensor4D;
}

/** One map for each stream. */
export type StreamMaps = Readonly<Record<StreamName, ShiftedMap>>;

/** Channels of a map. */
export interface Channels {
  readonly inputs: number;
  readonly outputs: number;
  /** Standard deviation that calibration gives the outputs. */
  readonly scale?: number;
}

/** A convolution over taps, at the resolution of its input. */
export const shifted = (taps: Taps, channels: Channels): ShiftedMap => ({
  map: normalizedMap(taps, channels),
  convolve: (x, { weights: w, bias: b }, residual) => maskedConv2dOp({ x, w, b, residual }, { ...taps, relu: false }),
});

/** A 1×1 convolution. */
export const pointwise = (channels: Channels): ShiftedMap => shifted(POINTWISE, channels);

/** To half the resolution. */
export const halving = (stream: StreamName, channels: Channels): ShiftedMap => resampling(stream, channels, halved);

/** To twice the resolution. */
export const doubling = (stream: StreamName, channels: Channels): ShiftedMap => resampling(stream, channels, doubled);

const resampling = (stream: StreamName, channels: Channels, resample: Resample): ShiftedMap => ({
  map: normalizedMap(KERNELS[stream], channels),
  convolve: (x, { weights, bias }) => resample(x, weights, bias, KERNELS[stream]),
});

const oneGroup = (channels: number): Groups => new Array<number>(channels).fill(0);

const normalizedMap = (taps: Taps, { inputs, outputs, scale }: Channels): LinearMap =>
  linearMap({ taps, mask: 'B', inputs: oneGroup(inputs), outputs: oneGroup(outputs), normalize: true, scale });
