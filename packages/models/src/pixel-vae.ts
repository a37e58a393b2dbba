import {
  type Context,
  type GenerativeModel,
  type Host,
  type ImageSpec,
  type JsonObject,
  type Mapping,
  type NamedConfig,
  type Objective,
  type Params,
  sizeOf,
  withDefaults,
} from '@pixelrnn/core';
import { createMapping } from '@pixelrnn/layers';
import * as tf from '@tensorflow/tfjs-core';
import type { BuildModel } from './build-model.ts';
import { latentDecoder } from './latent/decoder.ts';
import { gaussianOf, POSTERIOR, reparametrized, standardNoise } from './latent/gaussian.ts';
import { type HierarchicalPriorOptions, hierarchicalPrior } from './latent/hierarchical-prior.ts';
import { imageEncoder } from './latent/image-encoder.ts';
import { type Prior, standardNormal } from './latent/prior.ts';
import {
  checkLatents,
  type LatentShape,
  latentCount,
  latentShape,
  latentsOf,
  statisticsShape,
} from './latent/shapes.ts';
import { withEnds, withoutEnds } from './mapping-ends.ts';
import { checkImage } from './options.ts';

export interface PixelVaeOptions {
  /** The statistics of q(z | x): from the image, its levels as numbers from −1 to 1, to means and log standard deviations of D latents. */
  readonly encoder: Mapping;
  /** p(x | z): a model conditioned on a vector of the D latents, or with an `upsampler` on a map. */
  readonly decoder: GenerativeModel;
  /** From the latents to the map that the decoder is conditioned on. */
  readonly upsampler?: Mapping;
  /** p(z); the standard normal distribution, if left out. */
  readonly prior?: Prior;
  /** Training steps over which the weight of the divergence rises from 0 to 1; none, if left out. */
  readonly warmUp?: number;
}

/**
 * PixelVAE (Gulrajani et al. 2017): a variational auto-encoder whose decoder is a conditional PixelCNN, so that latents need not say what
 * neighbouring pixels say,
 *
 *   p(x) = ∫ p(z) Π_i p(x_i | x_<i, z) dz,        z ── N(0, I), or a prior of several levels
 *   nats = −log p(x | z) + KL(q(z | x) ‖ p(z)) ≥ −log p(x) in expectation,        z ~ q(z | x) = N(μ(x), diag σ²(x))
 *
 * with one draw of z for each image, from random numbers of its own. `logWeights` are those of the importance-weighted bound.
 *
 * Training minimizes −log p(x | z) + β · KL with β = min(1, step / warmUp), and reports the bound, where β is 1 (the reference implementation
 * prints the annealed cost, which is no bound at first), and the divergence of every latent.
 *
 * Where we differ from the paper: features of the upsampler are conditions of every layer of the decoder (Gated PixelCNN, eq. 4) instead of
 * channels beside the image in its first one, so that colour masks do not concern them; the decoder's head reads no latents. A latent is
 * conditioned on nothing: the classes of a conditional decoder are told to its pixels alone.
 */
export function pixelVae({
  encoder: mapping,
  decoder: model,
  upsampler,
  prior,
  warmUp,
}: PixelVaeOptions): GenerativeModel {
  const name = 'pixelVae';
  const latents = sizeOf(mapping.outputs) / 2;
  const z = prior ?? standardNormal(latents);
  if (z.size !== latents)
    throw new Error(`${name}: wanted an encoder of 2 × ${z.size} statistics, got ${mapping.name} of ${2 * latents}`);
  if (warmUp !== undefined && !(Number.isInteger(warmUp) && warmUp >= 1))
    throw new Error(`${name}: wanted a warm-up of a positive whole number of steps, got ${warmUp}`);
  const decoder = latentDecoder({ who: name, latents, model, upsampler });
  const encoder = imageEncoder(name, model, mapping);
  const part = (params: Params, key: string) => (params[key] ?? {}) as Params;

  /** A draw of z for each image, and where it comes from. */
  function posterior(params: Params, images: tf.Tensor4D, context: Context | undefined) {
    const q = gaussianOf(encoder.apply(part(params, 'encoder'), images));
    const noise = standardNoise(context, [images.shape[0], latents], POSTERIOR);
    const told: Context = { ...context, vector: reparametrized(q, noise) };
    return { q, noise, told };
  }

  /** −log p(x | z), [B], and the parts of the divergence, [B, n] each. */
  function bound(params: Params, images: tf.Tensor4D, context: Context | undefined) {
    const { q, noise, told } = posterior(params, images, context);
    const divergences = z.divergences(part(params, 'prior'), q, noise, context);
    const divergence = tf.addN(Object.values(divergences).map((own) => tf.sum(own, 1))) as tf.Tensor1D;
    return { distortion: decoder.nats(part(params, 'decoder'), images, told), divergence, divergences };
  }

  return {
    name,
    image: model.image,
    config: storedConfig({ encoder: mapping, decoder: model, upsampler, prior, warmUp }),
    bound: 'upper',
    likelihood: model.likelihood,
    encoding: model.encoding,
    conditions: decoder.conditions,
    drawn: { conditions: { vector: latents }, noise: z.noise, given: z.noise },
    init(rng) {
      const own = z.init(rng.fork('prior'));
      return {
        encoder: mapping.init(rng.fork('encoder')),
        decoder: decoder.init(rng.fork('decoder')),
        ...(Object.keys(own).length > 0 && { prior: own }),
      };
    },
    ...(decoder.calibrate && {
      calibrate(params: Params, images: tf.Tensor4D, context?: Context) {
        const { told } = posterior(params, images, context);
        return { ...params, decoder: decoder.calibrate!(part(params, 'decoder'), images, told) };
      },
    }),
    conditionals: (params, images, context) => decoder.conditionals(part(params, 'decoder'), images, context),
    nats: (params, images, context) =>
      tf.tidy(() => {
        const { distortion, divergence } = bound(params, images, context);
        return tf.add(distortion, divergence) as tf.Tensor1D;
      }),
    objective(params, images, context): Objective {
      const { distortion, divergence, divergences } = bound(params, images, context);
      const weight = warmUp === undefined ? 1 : Math.min(1, (context.step ?? warmUp) / warmUp);
      return {
        loss: tf.add(distortion, tf.mul(divergence, weight)),
        nats: tf.add(distortion, divergence),
        terms: divergences,
      };
    },
    logWeights: (params, images, context) =>
      tf.tidy(() => {
        const { q, noise, told } = posterior(params, images, context);
        const ratio = z.logRatio(part(params, 'prior'), q, noise, context);
        return tf.sub(ratio, decoder.nats(part(params, 'decoder'), images, told)) as tf.Tensor1D;
      }),
    encode(weights, images, count) {
      const statistics = encoder.run(weights.encoder as Host<Params>, images, count);
      return { vector: means(statistics, mapping.outputs[mapping.outputs.length - 1]) };
    },
    before: async (weights, { random, context }) => ({
      context: { ...context, vector: context.vector ?? z.draw((weights.prior ?? {}) as Host<Params>, random) },
    }),
    prepare: (weights) => decoder.prepare(weights.decoder as Host<Params>),
  };
}

/** The first half of the last axis, of any number of rows. */
function means(statistics: Float32Array, width: number): Float32Array {
  const half = width / 2;
  return Float32Array.from(
    { length: statistics.length / 2 },
    (_, i) => statistics[Math.floor(i / half) * width + (i % half)],
  );
}

/** What `pixelVae` stores of itself. The ends of its parts follow from `image` and `latents`. */
export interface PixelVaeConfig {
  readonly image: ImageSpec;
  readonly latents: LatentShape;
  readonly encoder: NamedConfig;
  /** Config of a system that takes a vector, or with an upsampler a map. */
  readonly decoder: JsonObject & { readonly system: string };
  readonly upsampler?: NamedConfig;
  /** Channels of the upsampler's map. */
  readonly features?: number;
  /** Of latents that are a map: a level above them; its latents are those of the model. */
  readonly prior?: Omit<HierarchicalPriorOptions, 'latents'>;
  readonly warmUp?: number;
}

const CONFIG = ['image', 'latents', 'encoder', 'decoder', 'upsampler', 'features', 'prior', 'warmUp'] as const;

function storedConfig({ encoder, decoder, upsampler, prior, warmUp }: PixelVaeOptions): JsonObject {
  const { image, [upsampler ? 'map' : 'vector']: told, ...own } = decoder.config;
  return {
    system: 'pixelVae',
    image,
    latents: latentsOf(encoder.outputs) as number,
    encoder: withoutEnds(encoder),
    decoder: own,
    ...(upsampler && { upsampler: withoutEnds(upsampler), features: told }),
    ...(prior?.config && { prior: prior.config }),
    ...(warmUp !== undefined && { warmUp }),
  };
}

/** A PixelVAE from its stored config; contributed mappings and systems must be registered first. */
export function pixelVaeFrom(config: PixelVaeConfig, build: BuildModel): GenerativeModel {
  checkImage('pixelVae', config.image);
  const { image, latents, encoder, decoder, upsampler, features, prior, warmUp } = withDefaults(
    'pixelVae',
    config,
    {},
    CONFIG,
  );
  checkLatents('pixelVae', latents);
  if ((upsampler === undefined) !== (features === undefined))
    throw new Error(`pixelVae: wanted both an upsampler and its features, or none, got features = ${features}`);
  if (prior && typeof latents === 'number')
    throw new Error(`pixelVae: wanted a map [h, w, C] of latents below a level of others, got ${latents}`);
  const { height, width, channels } = image;
  const told = upsampler ? { map: features } : { vector: latentCount(latents) };
  return pixelVae({
    encoder: createMapping(withEnds(encoder, [height, width, channels], statisticsShape(latents))),
    decoder: build({ ...decoder, image: { ...image }, ...told }),
    ...(upsampler && {
      upsampler: createMapping(withEnds(upsampler, latentShape(latents), [height, width, features!])),
    }),
    ...(prior && { prior: hierarchicalPrior({ ...prior, latents: latents as HierarchicalPriorOptions['latents'] }) }),
    warmUp,
  });
}
