import {
  type Context,
  type GenerativeModel,
  type Host,
  type ImageSpec,
  type JsonObject,
  type Mapping,
  type NamedConfig,
  type Params,
  sizeOf,
  withDefaults,
} from '@pixelrnn/core';
import { createMapping } from '@pixelrnn/layers';
import * as tf from '@tensorflow/tfjs-core';
import type { BuildModel } from './build-model.ts';
import { latentDecoder } from './latent/decoder.ts';
import { imageEncoder } from './latent/image-encoder.ts';
import { withEnds, withoutEnds } from './mapping-ends.ts';
import { checkImage } from './options.ts';

export interface AutoEncoderOptions {
  /** The code of an image: from its levels as numbers from −1 to 1 to a bottleneck of m numbers (10 or 100 in the paper). */
  readonly encoder: Mapping;
  /** p(x | code): a model conditioned on a vector of m numbers. */
  readonly decoder: GenerativeModel;
}

/**
 * The auto-encoder with a conditional PixelCNN for a decoder (van den Oord et al. 2016, §2.4 and §3.4), trained end to end:
 *
 *   nats = −log p(x | code(x)) = −Σ_i log p(x_i | x_<i, code(x))
 *
 * That is what an image costs one who has its code. The code is made of real numbers and costs nothing here, so this is no −log p(x), no bound of
 * it, and compares with no likelihood of other models: `bound` is `given-code`. There is no distribution of codes either: to draw images, codes are
 * given (`encode`, or between those of two images: `interpolate` of `@pixelrnn/generate`).
 */
export function autoEncoder({ encoder: mapping, decoder: model }: AutoEncoderOptions): GenerativeModel {
  const name = 'autoEncoder';
  const size = sizeOf(mapping.outputs);
  const decoder = latentDecoder({ who: name, latents: size, model });
  const encoder = imageEncoder(name, model, mapping);

  const coded = (params: Params, images: tf.Tensor4D, context: Context | undefined): Context => ({
    ...context,
    vector: tf.reshape(encoder.apply(params.encoder as Params, images), [-1, size]) as tf.Tensor2D,
  });

  return {
    name,
    image: model.image,
    config: storedConfig(mapping, model, size),
    bound: 'given-code',
    likelihood: model.likelihood,
    encoding: model.encoding,
    conditions: decoder.conditions,
    drawn: { conditions: { vector: size }, noise: [], given: ['code'] },
    init: (rng) => ({ encoder: mapping.init(rng.fork('encoder')), decoder: decoder.init(rng.fork('decoder')) }),
    ...(decoder.calibrate && {
      calibrate: (params: Params, images: tf.Tensor4D, context?: Context) => ({
        ...params,
        decoder: decoder.calibrate!(params.decoder as Params, images, coded(params, images, context)),
      }),
    }),
    conditionals: (params, images, context) => decoder.conditionals(params.decoder as Params, images, context),
    nats: (params, images, context) =>
      tf.tidy(() => decoder.nats(params.decoder as Params, images, coded(params, images, context))),
    encode: (weights, images, count) => ({
      vector: encoder.run(weights.encoder as Host<Params>, images, count),
    }),
    async before(_, { context }) {
      if (!context.vector)
        throw new Error(
          `${name}: wanted a code for each image (context.vector), since codes have no distribution to draw from`,
        );
      return { context };
    },
    prepare: (weights) => decoder.prepare(weights.decoder as Host<Params>),
  };
}

/** What `autoEncoder` stores of itself. The ends of its parts follow from `image` and `code`. */
export interface AutoEncoderConfig {
  readonly image: ImageSpec;
  /** Numbers m of the bottleneck. */
  readonly code: number;
  readonly encoder: NamedConfig;
  /** Config of a system that takes a vector. */
  readonly decoder: JsonObject & { readonly system: string };
}

function storedConfig(encoder: Mapping, decoder: GenerativeModel, code: number): JsonObject {
  const { image, vector: _, ...own } = decoder.config;
  return { system: 'autoEncoder', image, code, encoder: withoutEnds(encoder), decoder: own };
}

/** An auto-encoder from its stored config; contributed mappings and systems must be registered first. */
export function autoEncoderFrom(config: AutoEncoderConfig, build: BuildModel): GenerativeModel {
  checkImage('autoEncoder', config.image);
  const { image, code, encoder, decoder } = withDefaults('autoEncoder', config, {}, [
    'image',
    'code',
    'encoder',
    'decoder',
  ]);
  const { height, width, channels } = image;
  return autoEncoder({
    encoder: createMapping(withEnds(encoder, [height, width, channels], [code])),
    decoder: build({ ...decoder, image: { ...image }, vector: code }),
  });
}
