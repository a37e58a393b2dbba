import {
  type Context,
  type GenerativeModel,
  type Host,
  type HostContext,
  type Params,
  toContext,
  toHost,
} from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { conditionsFor } from './features.ts';
import { randomParams } from './random-params.ts';

/** Runs a check with parameters in general position, on the device and as typed arrays. */
export async function withParams(
  model: GenerativeModel,
  seed: string | number,
  body: (params: Params, weights: Host<Params>) => Promise<void>,
): Promise<void> {
  const params = await randomParams(model, seed);
  try {
    await body(params, await toHost(params));
  } finally {
    tf.dispose(params as tf.TensorContainerObject);
  }
}

/** Which noise a model is to draw: that of the images of these indices, for the `draw`-th time. */
type NoiseKey = Pick<Context, 'indices' | 'draw'>;

/** `model.nats` of flat images, all in one batch. */
export async function natsOf(
  model: GenerativeModel,
  params: Params,
  images: Float32Array,
  context: HostContext,
  key: NoiseKey = {},
): Promise<Float32Array> {
  const { height, width, channels } = model.image;
  const count = images.length / (height * width * channels);
  const nats = tf.tidy(() => {
    const batch = tf.tensor4d(images, [count, height, width, channels]);
    return model.nats(params, batch, { ...toContext(context, { batch: count, height, width }), ...key });
  });
  if (String(nats.shape) !== String([count]))
    throw new Error(`nats of ${model.name}: wanted [${count}], got [${nats.shape}]`);
  const values = new Float32Array(await nats.data());
  nats.dispose();
  return values;
}

/** Conditions that all images share, for each of two that are worth trying: the first class and the last, two vectors or maps; one if there is none. */
export function contextChoices(
  { conditions, image }: GenerativeModel,
  count: number,
  seed: string | number,
): HostContext[] {
  const numbers = Object.keys(conditions).length === 0 ? [0] : [0, (conditions.classes ?? 2) - 1];
  const frame = { batch: count, height: image.height, width: image.width };
  return numbers.map((same) => conditionsFor({ conditions, seed }, frame, { same }));
}
