import { bernoulli, type GenerativeModel, type ImageSpec, rng } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import type { BatchSource } from './batch.ts';

export const TINY_IMAGE: ImageSpec = { height: 4, width: 4, channels: 1, levels: 2 };
const PIXELS = 16;

/** Every pixel is a logistic regression on the pixels before it: a full matrix under a strictly triangular mask, and a bias. */
export function tinyModel(options: { classes?: number; scale?: number } = {}): GenerativeModel {
  const likelihood = bernoulli();
  const scale = options.scale ?? 0.1;
  const mask = () =>
    tf.tensor2d(
      Float32Array.from({ length: PIXELS * PIXELS }, (_, i) => Number(Math.floor(i / PIXELS) < i % PIXELS)),
      [PIXELS, PIXELS],
    );
  const model: GenerativeModel = {
    name: 'tiny',
    image: TINY_IMAGE,
    config: {},
    bound: 'exact',
    likelihood,
    conditions: { classes: options.classes },
    init(source) {
      const uniform = (length: number) => Float32Array.from({ length }, () => scale * (2 * source.uniform() - 1));
      return {
        net: { weights: tf.tensor2d(uniform(PIXELS * PIXELS), [PIXELS, PIXELS]), bias: tf.tensor1d(uniform(PIXELS)) },
        ...(options.classes !== undefined && { classes: tf.zeros([options.classes, PIXELS]) }),
      };
    },
    conditionals(params, images, context) {
      const { weights, bias } = params.net as { weights: tf.Tensor2D; bias: tf.Tensor1D };
      return tf.tidy(() => {
        const flat = tf.reshape(images, [-1, PIXELS]);
        let logits = tf.add(tf.matMul(flat, tf.mul(weights, mask())), bias);
        if (context?.labels) logits = tf.add(logits, tf.gather(params.classes as tf.Tensor, context.labels));
        return tf.reshape(logits, images.shape);
      });
    },
    nats: (params, images, context) =>
      tf.tidy(() => tf.neg(likelihood.logProb(model.conditionals(params, images, context), images)) as tf.Tensor1D),
    prepare: () => {
      throw new Error('tiny: no streams');
    },
  };
  return model;
}

/** `count` binary images with horizontal stripes and some noise. */
export function tinyImages(count: number, seed = 0): Float32Array {
  const source = rng(seed);
  const images = new Float32Array(count * PIXELS);
  for (let i = 0; i < count; i++) {
    const phase = source.uniform() < 0.5 ? 0 : 1;
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const stripe = (Math.floor(pixel / 4) + phase) % 2;
      images[i * PIXELS + pixel] = source.uniform() < 0.1 ? 1 - stripe : stripe;
    }
  }
  return images;
}

/** Batches as a pure function of the step. */
export async function* tinySource(
  batchSize: number,
  startStep = 0,
): AsyncGenerator<Awaited<ReturnType<BatchSource['next']>>['value']> {
  for (let step = startStep; ; step++) {
    yield { images: tinyImages(batchSize, step), count: batchSize, step, epoch: Math.floor(step / 10) };
  }
}
