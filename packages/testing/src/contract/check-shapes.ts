import { type Frame, type Layer, type Params, rng, toContext } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { conditionsFor, randomFeatures, toTensors } from './features.ts';
import { randomParams } from './random-params.ts';
import { type LayerCheckOptions, type Setting, settingOf } from './setting.ts';

/**
 * The outputs are float32 of the declared widths and of the input's size, and finite: for batches of 1 and 3 one after the other,
 * and (unless `fixedSize`) for images higher than wide and of a single pixel.
 */
export async function checkShapes(layer: Layer, options: LayerCheckOptions = {}): Promise<void> {
  const setting = settingOf(layer, options);
  const params = await randomParams(layer, setting.seed);
  try {
    for (const frame of framesOf(setting)) await checkFrame(layer, params, setting, frame);
  } finally {
    tf.dispose(params as tf.TensorContainerObject);
  }
}

function framesOf({ height, width, fixedSize }: Setting): Frame[] {
  const sizes = fixedSize
    ? [[height, width]]
    : [
        [height, width],
        [width, height],
        [1, 1],
      ];
  return sizes.flatMap(([h, w]) => [1, 3].map((batch) => ({ batch, height: h, width: w })));
}

async function checkFrame(layer: Layer, params: Params, setting: Setting, frame: Frame): Promise<void> {
  const x = randomFeatures(layer.inputs, frame, rng(setting.seed), setting.levels);
  const y = tf.tidy(() => ({
    ...layer.apply(params, toTensors(x, frame), toContext(conditionsFor(setting, frame), frame)),
  }));
  for (const map of ['here', 'above'] as const) {
    const channels = layer.outputs[map];
    if (channels === undefined) continue;
    const found = y[map];
    const wanted = [frame.batch, frame.height, frame.width, channels];
    if (found === undefined || String(found.shape) !== String(wanted) || found.dtype !== 'float32')
      throw new Error(
        `checkShapes: ${layer.name}: wanted \`${map}\` as float32 [${wanted}], got ${found ? `${found.dtype} [${found.shape}]` : 'none'}`,
      );
    const values = await found.data();
    if (!values.every(Number.isFinite))
      throw new Error(`checkShapes: ${layer.name}: \`${map}\` is not finite everywhere`);
  }
  tf.dispose(y as tf.TensorContainerObject);
}
