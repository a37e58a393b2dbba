import { CONTEXT_MEMBER, type Conditions, type HostContext, type Layer, rng, toContext, toHost } from '@pixelrnn/core';
import { heapInUse } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { relativeError } from '../relative-error.ts';
import { applyToNumbers, conditionsFor, frameOf, randomFeatures, toTensors } from './features.ts';
import { mustThrow } from './must-throw.ts';
import { randomParams } from './random-params.ts';
import { type LayerCheckOptions, settingOf } from './setting.ts';

/**
 * Every condition that a layer declares has an effect, at every image; without it, `apply` and `open` refuse to work, and a stream that
 * was refused keeps no memory.
 */
export async function checkConditions(layer: Layer, options: LayerCheckOptions = {}): Promise<void> {
  const setting = settingOf(layer, options);
  const frame = frameOf(setting, 2);
  const x = randomFeatures(layer.inputs, frame, rng(setting.seed).fork('conditions'), setting.levels);
  const params = await randomParams(layer, setting.seed);
  const prepared = layer.prepare(await toHost(params));
  const context = conditionsFor(setting, frame);
  const other = conditionsFor(setting, frame, { first: 1 });
  const kinds = Object.keys(setting.conditions).filter((kind) => setting.conditions[kind as keyof Conditions]);
  try {
    const before = await applyToNumbers(layer, params, x, frame, context);
    for (const kind of kinds as (keyof Conditions)[]) {
      const member = CONTEXT_MEMBER[kind];
      const after = await applyToNumbers(layer, params, x, frame, { ...context, [member]: other[member] });
      for (let image = 0; image < frame.batch; image++) {
        const own = (values: Float32Array) =>
          values.slice((image * values.length) / 2, ((image + 1) * values.length) / 2);
        if (relativeError(own(after.here), own(before.here)) === 0)
          throw new Error(`checkConditions: ${layer.name}: image ${image} is the same whatever its ${member}`);
      }
      const missing: HostContext = { ...context, [member]: undefined };
      mustThrow(`checkConditions: ${layer.name}`, `apply without ${member}`, () =>
        tf.tidy(() => layer.apply(params, toTensors(x, frame), toContext(missing, frame)).here),
      );
      const used = heapInUse();
      mustThrow(`checkConditions: ${layer.name}`, `open without ${member}`, () => prepared.open(frame, missing));
      if (heapInUse() !== used)
        throw new Error(
          `checkConditions: ${layer.name}: wanted no memory kept by a stream that was refused, got ${heapInUse() - used} bytes`,
        );
    }
  } finally {
    prepared.dispose();
    tf.dispose(params as tf.TensorContainerObject);
  }
}
