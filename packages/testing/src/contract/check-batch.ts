import { type Layer, type Params, rng, toContext } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { relativeError } from '../relative-error.ts';
import {
  applyToNumbers,
  conditionsFor,
  frameOf,
  type HostFeatures,
  itemOf,
  randomFeatures,
  toTensors,
} from './features.ts';
import { gradientsOf } from './gradients-of.ts';
import { randomParams } from './random-params.ts';
import { type LayerCheckOptions, type Setting, settingOf } from './setting.ts';

const BATCH = 3;
/** The image that is changed, and whose gradient is taken. */
const CHANGED = 1;
/** Accepted difference between an image alone and in a batch: backends may sum in another order. */
const TOLERANCE = 1e-5;

/**
 * The images of a batch do not see each other: changing one leaves the outputs of the others the same to the bit, the gradient of its
 * outputs with respect to the others is exactly zero, and each image alone gives what it gives in the batch (10⁻⁵).
 */
export async function checkBatch(layer: Layer, options: LayerCheckOptions = {}): Promise<void> {
  const setting = settingOf(layer, options);
  const params = await randomParams(layer, setting.seed);
  const frame = frameOf(setting, BATCH);
  const random = rng(setting.seed).fork('batch');
  const [x, other] = [1, 2].map(() => randomFeatures(layer.inputs, frame, random, setting.levels));
  try {
    const y = await applyToNumbers(layer, params, x, frame, conditionsFor(setting, frame));
    await checkOthersUnchanged(layer, params, x, other, y, setting);
    await checkAlone(layer, params, x, y, setting);
    await checkGradientOfOthers(layer, params, x, setting);
  } finally {
    tf.dispose(params as tf.TensorContainerObject);
  }
}

const others = [0, 1, 2].filter((image) => image !== CHANGED);

async function checkOthersUnchanged(
  layer: Layer,
  params: Params,
  x: HostFeatures,
  other: HostFeatures,
  y: HostFeatures,
  setting: Setting,
) {
  const replacement = itemOf(other, BATCH, CHANGED);
  const changed = {
    here: replaceItem(x.here, replacement.here),
    ...(x.above && { above: replaceItem(x.above, replacement.above!) }),
  };
  const frame = frameOf(setting, BATCH);
  const after = await applyToNumbers(layer, params, changed, frame, conditionsFor(setting, frame));
  for (const image of others)
    if (differs(itemOf(y, BATCH, image), itemOf(after, BATCH, image), 0))
      throw new Error(`checkBatch: ${layer.name}: image ${image} changed with image ${CHANGED} of the same batch`);
}

async function checkAlone(layer: Layer, params: Params, x: HostFeatures, y: HostFeatures, setting: Setting) {
  for (let image = 0; image < BATCH; image++) {
    const frame = frameOf(setting, 1);
    const context = conditionsFor(setting, frame, { first: image });
    const alone = await applyToNumbers(layer, params, itemOf(x, BATCH, image), frame, context);
    if (differs(alone, itemOf(y, BATCH, image), TOLERANCE))
      throw new Error(
        `checkBatch: ${layer.name}: image ${image} gives something else alone than in a batch of ${BATCH}`,
      );
  }
}

async function checkGradientOfOthers(layer: Layer, params: Params, x: HostFeatures, setting: Setting) {
  const gradients = tf.tidy(() => {
    const frame = frameOf(setting, BATCH);
    const { here, above } = toTensors(x, frame);
    const context = toContext(conditionsFor(setting, frame), frame);
    const oneImage = (map: tf.Tensor4D) => tf.sum(tf.square(tf.slice(map, CHANGED, 1)));
    return gradientsOf(
      ([h, a]) => {
        const y = layer.apply(params, a ? { here: h, above: a } : { here: h }, context);
        return layer.outputs.above === undefined ? oneImage(y.here) : tf.add(oneImage(y.here), oneImage(y.above!));
      },
      above ? [here, above] : [here],
    );
  });
  for (const gradient of gradients) {
    const values = new Float32Array(await gradient.data());
    for (const image of others)
      if (itemOf({ here: values }, BATCH, image).here.some((value) => value !== 0))
        throw new Error(
          `checkBatch: ${layer.name}: image ${CHANGED} has a gradient with respect to image ${image} of the same batch`,
        );
  }
  tf.dispose(gradients);
}

function replaceItem(map: Float32Array, item: Float32Array): Float32Array {
  const copy = map.slice();
  copy.set(item, CHANGED * item.length);
  return copy;
}

const differs = (a: HostFeatures, b: HostFeatures, tolerance: number): boolean =>
  !(relativeError(a.here, b.here) <= tolerance) ||
  (a.above !== undefined && !(relativeError(a.above, b.above!) <= tolerance));
