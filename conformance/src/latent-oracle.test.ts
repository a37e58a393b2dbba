// The bound of PixelVAE against the float64 oracle, its encoder, upsampler and divergence written once more: values, and the slope along a
// random direction of every parameter.
import {
  type GenerativeModel,
  type ImageSpec,
  leaves,
  mapTree,
  rng,
  toHost,
  withoutFusedKernels,
} from '@pixelrnn/core';
import { convEncoder, upsampler } from '@pixelrnn/layers';
import { gatedPixelCnn, pixelVae, posteriorNoise } from '@pixelrnn/models';
import { randomParams, relativeError } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { differentiateAlong } from './differentiate.ts';
import type { OracleParams } from './oracle/layer.ts';
import { type OraclePixelVae, oraclePixelVaeNats } from './oracle/pixel-vae.ts';

const IMAGE: ImageSpec = { height: 4, width: 6, channels: 1, levels: 2 };
const LATENTS = 3;
const DIMS = { batch: 3, height: 4, width: 6 };
const STACKS = { channels: 4, groups: 1 };

const encoder = { inputs: [4, 6, 1], outputs: [2 * LATENTS], layers: [[3, 1], [4, 2]] as const, activation: 'elu' } as const; // biome-ignore format: one row
const features = { inputs: [LATENTS], outputs: [4, 6, 2], layers: [[3, 2]] as const };

/** A first layer and a later one, both conditioned, and a head: what `gatedPixelCnn` is said to be. */
function decoderOf(told: { readonly vector?: number; readonly map?: number }): OraclePixelVae['decoder'] {
  const conv = (inputs: number, outputs: number) => ({
    name: 'maskedConv2d',
    config: { kernel: [1, 1], mask: 'B', inputs, outputs, groups: 1, relu: true },
  });
  const layers = [
    { name: 'gatedConv2d', config: { ...STACKS, ...told, size: 7, first: { inputs: 1 } } },
    { name: 'gatedConv2d', config: { ...STACKS, ...told, size: 3 } },
    { name: 'sequential', config: { layers: [conv(4, 5), conv(5, 1)] } },
  ];
  return { levels: 2, network: { name: 'sequential', config: { layers } }, likelihood: 'bernoulli' };
}

const decoder = (told: { readonly vector?: number; readonly map?: number }) =>
  gatedPixelCnn({ image: IMAGE, layers: 1, channels: 4, head: 5, ...told });

const CASES: readonly { readonly title: string; readonly model: GenerativeModel; readonly oracle: OraclePixelVae }[] = [
  {
    title: 'latents in every gate',
    model: pixelVae({ encoder: convEncoder(encoder), decoder: decoder({ vector: LATENTS }) }),
    oracle: { encoder: encoder as never, decoder: decoderOf({ vector: LATENTS }) },
  },
  {
    title: 'latents as a map of features',
    model: pixelVae({ encoder: convEncoder(encoder), decoder: decoder({ map: 2 }), upsampler: upsampler(features) }),
    oracle: { encoder: encoder as never, decoder: decoderOf({ map: 2 }), upsampler: features as never },
  },
];

describe.each(CASES)('PixelVAE, $title', ({ title, model, oracle }) => {
  const source = rng(title);
  const images = Float32Array.from({ length: DIMS.batch * 24 }, () => Number(source.uniform() < 0.5));
  const noise = posteriorNoise({}, [DIMS.batch, LATENTS]);
  const nats = (params: tf.TensorContainerObject) => model.nats(params as never, tf.tensor4d(images, [3, 4, 6, 1]));

  it.each([
    ['in plain operations', withoutFusedKernels],
    ['with fused kernels', <T>(body: () => T) => body()],
  ])('has the bound of the oracle, and its slopes, %s', async (_, run) => {
    const params = await randomParams(model, title);
    const host = mapTree(await toHost(params), (values: Float32Array) => Float64Array.from(values));
    const bound = () => oraclePixelVaeNats(oracle, host as OracleParams, images, DIMS, noise);
    expect(relativeError(run(() => nats(params as never)).dataSync(), bound())).toBeLessThan(1e-5);

    const total = () => bound().reduce((sum, value) => sum + value, 0);
    const tensors = leaves<tf.Tensor>(params).map(([, tensor]) => tensor);
    const gradients = run(() => tf.engine().gradients(() => tf.sum(nats(params as never)), tensors).grads);
    const places = leaves<Float64Array>(host);
    expect(gradients).toHaveLength(places.length);
    for (const [i, [path, values]] of places.entries()) {
      const direction = values.map(() => 2 * source.uniform() - 1);
      const gradient = (await gradients[i].data()) as Float32Array;
      const slope = direction.reduce((sum, value, k) => sum + value * gradient[k], 0);
      const scale = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
      const wanted = differentiateAlong(direction, values, total);
      expect(Math.abs(slope - wanted), path).toBeLessThan(1e-4 * Math.max(1, scale));
    }
  });
});
