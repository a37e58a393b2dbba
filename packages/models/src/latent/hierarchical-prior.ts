import {
  type Context,
  type Host,
  type JsonObject,
  type Layer,
  type Mapping,
  type NamedConfig,
  normals,
  type Params,
  type Rng,
  sizeOf,
  withDefaults,
} from '@pixelrnn/core';
import { createMapping, gatedConv2d, outputHead, sequential } from '@pixelrnn/layers';
import * as tf from '@tensorflow/tfjs-core';
import { withEnds, withoutEnds } from '../mapping-ends.ts';
import { type Gaussian, gaussianKl, gaussianOf, logDensityRatio, reparametrized, standardNoise } from './gaussian.ts';
import type { Prior } from './prior.ts';

export interface HierarchicalPriorOptions {
  /** The map z of latents, [h, w, C]. */
  readonly latents: readonly [height: number, width: number, channels: number];
  /** Numbers D of the level above it. */
  readonly top: number;
  /** The statistics of q(top | z): from the map to means and log standard deviations of the level above; its ends follow from the rest. */
  readonly encoder: NamedConfig;
  /** Layers of the conditional PixelCNN over the map after its first one, their maps, kernel size, and the width of the head. */
  readonly layers?: number;
  readonly channels?: number;
  readonly size?: number;
  readonly head?: number;
}

export const HIERARCHICAL_PRIOR_DEFAULTS = { layers: 3, channels: 64, size: 3, head: 64 } as const;

/** Names of the noise of its two levels. */
const [TOP, BOTTOM] = ['top', 'bottom'];

/**
 * A prior of two levels (PixelVAE, §3.2): a vector t, and given it the map z of latents, by a conditional PixelCNN over its places whose channels
 * are independent given those before,
 *
 *   p(t) = N(0, I),        p(z | t) = Π_i N(z_i; μ_i(z_<i, t), diag σ_i²(z_<i, t)),        q(t | z) = N(μ(z), diag σ²(z))
 *   −log p(z) ≤ −log p(z | t) + log q(t | z) − log p(t) in expectation,        t ~ q(t | z)
 *
 * All layers of the network are told t in every gate.
 */
export function hierarchicalPrior(options: HierarchicalPriorOptions): Prior {
  const resolved = resolve(options);
  const { latents, top } = resolved;
  const [height, width, channels] = latents;
  const size = sizeOf(latents);
  const { encoder, network } = partsOf(resolved);

  /** A draw of the level above for each image, and the Gaussians of both levels. */
  function levels(params: Params, q: Gaussian, noise: tf.Tensor2D, context: Context | undefined) {
    const batch = noise.shape[0];
    const z = tf.reshape(reparametrized(q, noise), [batch, height, width, channels]) as tf.Tensor4D;
    const above = gaussianOf(encoder.apply(params.encoder as Params, z));
    const noiseAbove = standardNoise(context, [batch, top], 'posterior above');
    const vector = reparametrized(above, noiseAbove);
    const statistics = network.apply(params.network as Params, { here: z }, { vector }).here;
    return { p: gaussianOf(statistics), above, noiseAbove };
  }

  return {
    size,
    config: configOf(resolved),
    noise: [TOP, BOTTOM],
    init: (rng) => ({ encoder: encoder.init(rng.fork('encoder')), network: network.init(rng.fork('network')) }),
    divergences(params, q, noise, context) {
      const { p, above } = levels(params, q, noise, context);
      const places = tf.reshape(gaussianKl(q, p), [-1, height * width, channels]);
      return { klBottom: tf.sum(places, 1) as tf.Tensor2D, klTop: gaussianKl(above) };
    },
    logRatio(params, q, noise, context) {
      const { p, above, noiseAbove } = levels(params, q, noise, context);
      return tf.add(logDensityRatio(q, noise, p), logDensityRatio(above, noiseAbove));
    },
    draw(weights, random) {
      const vector = noiseOf(random, TOP, top);
      const noise = noiseOf(random, BOTTOM, size);
      return drawMap(network, weights.network as Host<Params>, latents, vector, noise);
    },
  };
}

/** ε for each random stream, [count, size]. */
function noiseOf(random: readonly Rng[], name: string, size: number): Float32Array {
  const noise = new Float32Array(random.length * size);
  for (const [b, own] of random.entries()) noise.set(normals(own.fork(name), size), b * size);
  return noise;
}

/** z_i = μ_i + σ_i ⊙ ε_i, place after place: [count, h, w, C]. */
function drawMap(
  network: Layer,
  weights: Host<Params>,
  [height, width, channels]: HierarchicalPriorOptions['latents'],
  vector: Float32Array,
  noise: Float32Array,
): Float32Array {
  const size = height * width * channels;
  const batch = noise.length / size;
  const z = new Float32Array(noise.length);
  const here = new Float32Array(batch * channels);
  const prepared = network.prepare(weights);
  try {
    const stream = prepared.open({ batch, height, width }, { vector });
    for (let row = 0; row < height; row++) {
      stream.beginRow(row);
      for (let column = 0; column < width; column++) {
        here.fill(0); // hidden from the place itself
        const statistics = stream.at(column, here);
        for (let b = 0; b < batch; b++)
          for (let c = 0; c < channels; c++) {
            const i = b * size + (row * width + column) * channels + c;
            const [mean, logSigma] = [0, channels].map((half) => statistics[b * 2 * channels + half + c]);
            z[i] = mean + Math.exp(logSigma) * noise[i];
            here[b * channels + c] = z[i];
          }
        stream.advance(column, here);
      }
    }
    stream.dispose();
    return z;
  } finally {
    prepared.dispose();
  }
}

type Resolved = Required<HierarchicalPriorOptions>;

const resolve = (options: HierarchicalPriorOptions): Resolved =>
  withDefaults<HierarchicalPriorOptions, typeof HIERARCHICAL_PRIOR_DEFAULTS>(
    'hierarchicalPrior',
    options,
    HIERARCHICAL_PRIOR_DEFAULTS,
    ['latents', 'top', 'encoder'],
  ) as Resolved;

function partsOf({ latents, top, encoder, layers, channels, size, head }: Resolved): {
  encoder: Mapping;
  network: Layer;
} {
  const shared = { channels, size, vector: top };
  const inputs = latents[2];
  return {
    encoder: createMapping(withEnds(encoder, latents, [2 * top])),
    network: sequential([
      gatedConv2d({ ...shared, first: { inputs } }),
      ...Array.from({ length: layers }, () => gatedConv2d(shared)),
      outputHead({ inputs: channels, hidden: head, layers: 1, outputs: 2 * inputs }),
    ]),
  };
}

/** What follows from the latents of the model is not stored twice. */
function configOf({ latents: _, encoder, ...own }: Resolved): JsonObject {
  return { ...own, encoder: withoutEnds(encoder) };
}
