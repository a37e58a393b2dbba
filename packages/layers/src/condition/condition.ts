import { type Conditions, type Context, POINTWISE, type Rng, uniformInit } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { type ConvAttributes, type ConvInputs, maskedConv2dOp } from '../convolution/masked-conv2d-op.ts';

/** What a layer may be conditioned on: so many `classes`, a `vector` of so many numbers, a `map` of so many channels. */
export type ConditionOptions = Pick<Conditions, 'classes' | 'vector' | 'map'>;

/** Names of {@link ConditionOptions}, none of which has a default. */
export const CONDITION_OPTIONS = ['classes', 'vector', 'map'] as const;

/** Whether any condition is read, by sizes or by weights. */
export const isConditional = (conditions: ConditionParams<unknown>): boolean =>
  CONDITION_OPTIONS.some((kind) => conditions[kind] !== undefined);

/**
 * Weights of each condition that is read: [classes, N], [D, N], [C, N] for N pre-activations; or a tree of such tables, where a layer has
 * several maps of pre-activations.
 */
export type ConditionParams<T = tf.Tensor2D> = {
  readonly classes?: T;
  readonly vector?: T;
  readonly map?: T;
};

/** Draws the weights [size of the condition, outputs]. */
type DrawTable = (rng: Rng, outputs: number) => tf.Tensor2D;

/** @param make gives the weights of one condition, of what draws a table of them and of random numbers of its own */
export function initConditions<T>(
  rng: Rng,
  conditions: ConditionOptions,
  make: (table: DrawTable, rng: Rng) => T,
): ConditionParams<T> {
  return mapConditions(conditions, (size, kind) => {
    // A class picks one row, whose scale is then that of a bias; vector and map are summed over.
    const table: DrawTable = (own, outputs) =>
      uniformInit(own, [size, outputs], kind === 'classes' ? outputs : size) as tf.Tensor2D;
    return make(table, rng.fork(kind));
  });
}

/** Something of each condition that is there. */
export const mapConditions = <T, U>(
  weights: ConditionParams<T>,
  change: (own: T, kind: keyof ConditionParams) => U,
): ConditionParams<U> =>
  Object.fromEntries(
    CONDITION_OPTIONS.flatMap((kind) => (weights[kind] === undefined ? [] : [[kind, change(weights[kind], kind)]])),
  );

/** What the conditions add to N pre-activations: [B, N] to those of every pixel of an image, and [B, H, W, N]. */
export interface ConditionBiases {
  readonly image?: tf.Tensor2D;
  readonly pixel?: tf.Tensor4D;
}

/**
 * The biases that an image's class and vector, and the map at each pixel, stand for:
 *
 *   V[class] + U·vector       and       M·map(r, c)
 *
 * (Gated PixelCNN §2.3, multi-scale PixelRNN §3.6.) All are known before the first pixel, so no colour is masked.
 */
export function conditionBiases({ classes, vector, map }: ConditionParams, context?: Context): ConditionBiases {
  const parts = [
    ...(classes ? [ofClass(classes, context!.labels!)] : []),
    ...(vector ? [tf.matMul(context!.vector!, vector)] : []),
  ] as tf.Tensor2D[];
  return {
    image: parts.length > 1 ? tf.addN(parts) : parts[0],
    pixel: map && maskedConv2dOp({ x: context!.map!, w: map, b: noBias(map) }, { ...POINTWISE, relu: false }),
  };
}

/** V[class] of each image. TensorFlow.js has no one-hot vectors of a single class. */
const ofClass = (classes: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor2D =>
  classes.shape[0] === 1
    ? tf.tile(classes, [labels.shape[0], 1])
    : (tf.matMul(tf.oneHot(labels, classes.shape[0]), classes) as tf.Tensor2D);

/** A convolution of which every image and every pixel has a bias of its own, too; the latter rides along as the residual. */
export function biasedConv2d(
  inputs: Omit<ConvInputs, 'residual'>,
  attributes: ConvAttributes,
  { image, pixel }: ConditionBiases,
): tf.Tensor4D {
  const y = maskedConv2dOp({ ...inputs, residual: pixel }, attributes);
  return image === undefined ? y : tf.add(y, tf.reshape(image, [image.shape[0], 1, 1, image.shape[1]]));
}

const noBias = (weights: tf.Tensor2D) => tf.zeros([weights.shape[1]]) as tf.Tensor1D;
