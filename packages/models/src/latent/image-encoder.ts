import {
  type GenerativeModel,
  type Host,
  type Mapping,
  type Params,
  type PreparedMapping,
  scaled,
} from '@pixelrnn/core';
import type * as tf from '@tensorflow/tfjs-core';

/** A mapping of images, whose levels it reads as numbers from −1 to 1. */
export interface ImageEncoder {
  readonly mapping: Mapping;
  apply(params: Params, images: tf.Tensor4D): tf.Tensor;
  /** The same on typed arrays: levels [count, H, W, C] → [count, …outputs]. */
  run(weights: Host<Params>, images: Float32Array, count: number): Float32Array;
}

/** @throws if the mapping does not read images of that size */
export function imageEncoder(who: string, { image }: Pick<GenerativeModel, 'image'>, mapping: Mapping): ImageEncoder {
  const { height, width, channels, levels } = image;
  if (String(mapping.inputs) !== String([height, width, channels]))
    throw new Error(
      `${who}: wanted an encoder of [${[height, width, channels]}], got ${mapping.name} of [${mapping.inputs}]`,
    );
  const encoding = scaled({ channels, levels });
  return {
    mapping,
    apply: (params, images) => mapping.apply(params, encoding.apply({}, images)),
    run(weights, images, count) {
      const prepared: PreparedMapping = mapping.prepare(weights);
      try {
        return prepared.run(encoding.prepare({})(images), count);
      } finally {
        prepared.dispose();
      }
    },
  };
}
