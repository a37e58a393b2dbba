import { type Layer, leaves, type Params, rng, toContext } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { relativeError } from '../relative-error.ts';
import { conditionsFor, frameOf, randomFeatures, toHostFeatures, toTensors } from './features.ts';
import { randomParams } from './random-params.ts';
import { type LayerCheckOptions, settingOf } from './setting.ts';

/** Accepted difference of the outputs that `calibrate` gives and those of `apply` afterwards. */
const TOLERANCE = 1e-5;

/**
 * `calibrate` gives parameters of the same names and shapes, the outputs that it gives with them are those of `apply`, and to calibrate
 * what is calibrated changes nothing.
 */
export async function checkCalibration(layer: Layer, options: LayerCheckOptions = {}): Promise<void> {
  const setting = settingOf(layer, options);
  const frame = frameOf(setting, 4);
  const start = await randomParams(layer, setting.seed);
  const numbers = randomFeatures(layer.inputs, frame, rng(setting.seed).fork('calibration'), setting.levels);
  const shapes = (params: Params) => String(leaves<tf.Tensor>(params).map(([path, { shape }]) => `${path} [${shape}]`));
  const run = (params: Params) =>
    tf.tidy(() => {
      const [x, context] = [toTensors(numbers, frame), toContext(conditionsFor(setting, frame), frame)];
      const { params: calibrated, y } = layer.calibrate!(params, x, context);
      if (shapes(calibrated) !== shapes(params))
        throw new Error(`checkCalibration: ${layer.name}: wanted ${shapes(params)}, got ${shapes(calibrated)}`);
      const applied = layer.apply(calibrated, x, context);
      return { calibrated, given: { here: tf.clone(y.here) }, applied: { here: tf.clone(applied.here) } } as never;
    }) as { calibrated: Params; given: { here: tf.Tensor4D }; applied: { here: tf.Tensor4D } };
  const same = (what: string, a: Float32Array, b: Float32Array) => {
    const error = relativeError(a, b);
    if (!(error <= TOLERANCE))
      throw new Error(`checkCalibration: ${layer.name}: wanted ${what}, got a relative difference of ${error}`);
  };

  const once = run(start);
  const [given, applied] = [(await toHostFeatures(once.given)).here, (await toHostFeatures(once.applied)).here];
  same('the outputs that apply gives with the calibrated parameters', given, applied);
  const twice = run(once.calibrated);
  const again = (await toHostFeatures(twice.given)).here;
  tf.dispose([twice.applied, twice.calibrated, once.calibrated, start] as tf.TensorContainer);
  same('the same outputs when calibrated again', again, given);
}
