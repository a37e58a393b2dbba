import { type GenerativeModel, leaves, rng, toContext } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { checkDerivatives, replaced } from './check-gradients.ts';
import { conditionsFor, frameOf, randomFeatures, toTensors } from './features.ts';
import { MODEL_CHECK_DEFAULTS, type ModelCheckOptions } from './model-setting.ts';
import { randomParams } from './random-params.ts';

/** The gradient of `nats` with respect to every parameter agrees with central differences, as in `checkGradients`: what training follows. */
export async function checkNatsGradients(model: GenerativeModel, options: ModelCheckOptions = {}): Promise<void> {
  const { seed } = { ...MODEL_CHECK_DEFAULTS, ...options };
  const params = await randomParams(model, seed);
  const frame = frameOf(model.image, 2);
  const values = randomFeatures(
    { here: model.image.channels },
    frame,
    rng(seed).fork('nats gradients'),
    model.image.levels,
  );
  const { here } = toTensors(values, frame);
  const context = toContext(conditionsFor({ conditions: model.conditions, seed }, frame), frame);
  try {
    await checkDerivatives(`checkNatsGradients: ${model.name}`, leaves<tf.Tensor>(params), { seed }, (moved) =>
      model.nats(replaced(params, moved), here, context),
    );
  } finally {
    tf.dispose([params, here, context] as tf.TensorContainer);
  }
}
