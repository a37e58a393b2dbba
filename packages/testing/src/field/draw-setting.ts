import {
  dimensions,
  type Frame,
  type GenerativeModel,
  type HostContext,
  type ImageSpec,
  mapTree,
  type Params,
  rng,
} from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { type Conditioned, conditionsFor } from '../contract/features.ts';
import { randomParams } from '../contract/random-params.ts';

/** What a model is tried with. */
export interface Draw {
  /** The caller disposes of them. */
  readonly params: Params;
  /** Levels [H, W, C]. */
  readonly image: Float32Array;
  /** The same conditions for every image of a batch. */
  readonly context: (frame: Frame) => HostContext;
}

/**
 * Weights, images and conditions at which a path from a sub-pixel to an output is likely to be open, of two kinds in turn: in general
 * position; and all positive, under the highest level, where no ReLU is shut and nothing cancels.
 */
export async function drawSetting(
  model: Pick<GenerativeModel, 'init'>,
  image: ImageSpec,
  conditioned: Conditioned,
  number: number,
): Promise<Draw> {
  const seed = `${conditioned.seed}/${number}`;
  const params = await randomParams(model, seed);
  const random = rng(seed).fork('image');
  const level = () => Math.floor(random.uniform() * image.levels);
  const context = (frame: Frame) => conditionsFor({ ...conditioned, seed }, frame, { same: 1 });
  if (number % 2 === 0) return { params, image: Float32Array.from({ length: dimensions(image) }, level), context };
  const open = mapTree<tf.Tensor, tf.Tensor>(params, opened);
  tf.dispose(params as tf.TensorContainerObject);
  const highest = new Float32Array(dimensions(image)).fill(image.levels - 1);
  return { params: open, image: highest, context: (frame) => positive(context(frame)) };
}

/** Positive, and of a size under which a sum over the inputs of a unit is about their mean, so that no gate is saturated. */
const opened = (values: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const inputs = Math.max(1, values.size / (values.shape[values.rank - 1] ?? 1));
    return tf.mul(tf.abs(values), 2 / Math.sqrt(inputs));
  });

const positive = ({ labels, vector, map }: HostContext): HostContext => ({
  labels,
  vector: vector?.map(Math.abs),
  map: map?.map(Math.abs),
});
