import type { Layer } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { type TinyParams, tinyLayer } from '../fixtures/tiny-layer.ts';
import { checkCalibration } from './check-calibration.ts';

const layer = tinyLayer({ inputs: 2, outputs: 2 });

/** Calibrates only the bias, so that its outputs before the tanh would have mean 0 if there were no tanh. */
const calibrated = (change: (bias: tf.Tensor) => tf.Tensor): Layer<TinyParams> => ({
  ...layer,
  calibrate(start, x) {
    const params = { ...start, bias: change(start.bias) };
    return { params, y: layer.apply(params, x) };
  },
});

it('passes a calibration that gives what is then applied', async () => {
  await checkCalibration(calibrated(() => tf.fill([2], 0.5)));
});

it('finds outputs of other parameters', async () => {
  const stale: Layer<TinyParams> = {
    ...layer,
    calibrate: (start, x) => ({ params: { ...start, bias: tf.fill([2], 0.5) }, y: layer.apply(start, x) }),
  };
  await expect(checkCalibration(stale)).rejects.toThrow(
    'checkCalibration: tinyLayer: wanted the outputs that apply gives with the calibrated parameters',
  );
});

it('finds a calibration that goes on and on, and other parameters', async () => {
  await expect(checkCalibration(calibrated((bias) => tf.add(bias, 0.1)))).rejects.toThrow(
    'wanted the same outputs when calibrated again',
  );
  await expect(checkCalibration(calibrated((bias) => tf.expandDims(bias)))).rejects.toThrow('got own [2,2],');
});
