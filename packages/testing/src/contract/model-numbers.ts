import { type GenerativeModel, type Host, type Params, toHost } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { contextFor } from './features.ts';
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

/** `model.nats` of flat images, all in one batch. */
export async function natsOf(
  model: GenerativeModel,
  params: Params,
  images: Float32Array,
  labels?: Int32Array,
): Promise<Float32Array> {
  const { height, width, channels } = model.image;
  const count = images.length / (height * width * channels);
  const nats = tf.tidy(() => {
    const batch = tf.tensor4d(images, [count, height, width, channels]);
    return model.nats(params, batch, contextFor(labels));
  });
  if (String(nats.shape) !== String([count]))
    throw new Error(`nats of ${model.name}: wanted [${count}], got [${nats.shape}]`);
  const values = new Float32Array(await nats.data());
  nats.dispose();
  return values;
}

/** Labels that all images share, for each class worth trying: none, or the first and the last. */
export function labelChoices({ classes }: GenerativeModel, count: number): (Int32Array | undefined)[] {
  if (classes === undefined) return [undefined];
  return [...new Set([0, classes - 1])].map((label) => new Int32Array(count).fill(label));
}
