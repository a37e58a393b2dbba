// The bound of PixelVAE and the nats of an auto-encoder against the float64 oracle, their nets and divergences written once more: values, parts,
// importance weights, and the slope along a random direction of every parameter.
import {
  type GenerativeModel,
  type ImageSpec,
  imageStreams,
  leaves,
  mapTree,
  normals,
  rng,
  toHost,
  withoutFusedKernels,
} from '@pixelrnn/core';
import { convEncoder, upsampler } from '@pixelrnn/layers';
import { autoEncoder, gatedPixelCnn, hierarchicalPrior, pixelVae } from '@pixelrnn/models';
import { randomParams, relativeError } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { differentiateAlong } from './differentiate.ts';
import { oracleAutoEncoderNats } from './oracle/auto-encoder.ts';
import type { OracleLayerSpec, OracleParams } from './oracle/layer.ts';
import { type OraclePixelVae, oraclePixelVae } from './oracle/pixel-vae.ts';

const GREY: ImageSpec = { height: 4, width: 6, channels: 1, levels: 2 };
const RGB: ImageSpec = { height: 4, width: 6, channels: 3, levels: 3 };
const BATCH = 3;
const LATENTS = 3;
const TOP = 2;
const MAP = [2, 3, 2] as const;
const ELU = { activation: 'elu' } as const;

const encoderOf = ({ height, width, channels }: ImageSpec, outputs: readonly number[]) =>
  ({ inputs: [height, width, channels], outputs, layers: [[3, 1], [4, 2]] as const, ...ELU }) as const; // biome-ignore format: one row
const encoder = encoderOf(GREY, [2 * LATENTS]);
const inColours = encoderOf(RGB, [2 * LATENTS]);
const toCode = encoderOf(RGB, [LATENTS]);
const toMap = encoderOf(GREY, [2, 3, 2 * MAP[2]]);
const features = { inputs: [LATENTS], outputs: [4, 6, 2], layers: [[3, 2]] as const };
const ofMap = { inputs: MAP, outputs: [4, 6, 2], layers: [[3, 2]] as const };
const above = { inputs: MAP, outputs: [2 * TOP], layers: [[3, 1]] as const, ...ELU };

type Told = { readonly vector?: number; readonly map?: number };

const chain = (...layers: readonly OracleLayerSpec[]): OracleLayerSpec => ({
  name: 'sequential',
  config: { layers: layers as never },
});

/** [ReLU – 1×1] twice: to five maps, and to what the likelihood wants of each colour. */
function head(outputs: number, groups: number): OracleLayerSpec {
  const outputGroups = Array.from({ length: outputs }, (_, i) => Math.floor((i * groups) / outputs));
  const shared = { kernel: [1, 1], mask: 'B', groups, relu: true };
  const conv = (config: OracleLayerSpec['config']) => ({ name: 'maskedConv2d', config: { ...shared, ...config } });
  return chain(conv({ inputs: 4, outputs: 5 }), conv({ inputs: 5, outputs, outputGroups }));
}

/** A first layer and a later one, both conditioned, and a head: what `gatedPixelCnn` is said to be. */
function decoderOf(told: Told, { channels, levels }: ImageSpec = GREY): OraclePixelVae['decoder'] {
  const shared = { channels: 4, groups: channels, ...told };
  const layers = [
    { name: 'gatedConv2d', config: { ...shared, size: 7, first: { inputs: channels } } },
    { name: 'gatedConv2d', config: { ...shared, size: 3 } },
  ];
  const isBits = channels === 1 && levels === 2;
  const network = chain(...layers, head(isBits ? 1 : channels * levels, channels));
  return { levels, network, likelihood: isBits ? 'bernoulli' : 'categorical' };
}

/** The same over places of latents, of which one knows nothing of itself: means and log σ of all its channels. */
const PRIOR: OraclePixelVae['prior'] = {
  encoder: above as never,
  network: chain(
    { name: 'gatedConv2d', config: { channels: 4, groups: 1, vector: TOP, size: 3, first: { inputs: MAP[2] } } },
    { name: 'gatedConv2d', config: { channels: 4, groups: 1, vector: TOP, size: 3 } },
    head(2 * MAP[2], 1),
  ),
};

const decoder = (told: Told, image = GREY) => gatedPixelCnn({ image, layers: 1, channels: 4, head: 5, ...told });
const prior = () => {
  const { inputs: _, outputs: __, ...config } = above;
  const own = { name: 'convEncoder', config: { ...config, layers: [[3, 1]] } };
  return hierarchicalPrior({ latents: MAP, top: TOP, encoder: own, layers: 1, channels: 4, head: 5 });
};

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
  {
    title: 'in colours',
    model: pixelVae({ encoder: convEncoder(inColours), decoder: decoder({ vector: LATENTS }, RGB) }),
    oracle: { encoder: inColours as never, decoder: decoderOf({ vector: LATENTS }, RGB) },
  },
  {
    title: 'a map of latents, and a level above it',
    model: pixelVae({
      encoder: convEncoder(toMap),
      decoder: decoder({ map: 2 }),
      upsampler: upsampler(ofMap),
      prior: prior(),
    }),
    oracle: { encoder: toMap as never, decoder: decoderOf({ map: 2 }), upsampler: ofMap as never, prior: PRIOR },
  },
];

/** What the model draws its latents with. */
const noiseOf = (name: string, size: number) =>
  Float64Array.from(imageStreams({}, BATCH, name).flatMap((own) => [...normals(own, size)]));

const RUNS = [
  ['in plain operations', withoutFusedKernels],
  ['with fused kernels', <T>(body: () => T) => body()],
] as const;

/** Random images and parameters of a model, as it and as the oracle read them. */
async function settingOf(model: GenerativeModel, seed: string) {
  const { height, width, channels, levels } = model.image;
  const source = rng(seed);
  const images = Float32Array.from({ length: BATCH * height * width * channels }, () =>
    Math.floor(levels * source.uniform()),
  );
  const params = await randomParams(model, seed);
  const host = mapTree(await toHost(params), (values: Float32Array) => Float64Array.from(values));
  const pixels = tf.tensor4d(images, [BATCH, height, width, channels]);
  return { images, pixels, dims: { batch: BATCH, height, width }, params, host: host as OracleParams, source };
}

const expectValues = (found: tf.Tensor, wanted: Float64Array, what?: string) =>
  expect(relativeError(found.dataSync(), wanted), what).toBeLessThan(1e-5);

/** Compares the gradient of the sum of the nats of all images with differences, along a direction of each parameter. */
async function expectSlopes(
  { params, host, source }: Awaited<ReturnType<typeof settingOf>>,
  run: <T>(body: () => T) => T,
  nats: () => tf.Tensor1D,
  wantedNats: () => Float64Array,
): Promise<void> {
  const total = () => wantedNats().reduce((sum, value) => sum + value, 0);
  const tensors = leaves<tf.Tensor>(params).map(([, tensor]) => tensor);
  const gradients = run(() => tf.engine().gradients(() => tf.sum(nats()), tensors).grads);
  const places = leaves<Float64Array>(host as never);
  expect(gradients).toHaveLength(places.length);
  for (const [i, [path, values]] of places.entries()) {
    const direction = values.map(() => 2 * source.uniform() - 1);
    const gradient = (await gradients[i].data()) as Float32Array;
    const slope = direction.reduce((sum, value, k) => sum + value * gradient[k], 0);
    const scale = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
    const wanted = differentiateAlong(direction, values, total);
    expect(Math.abs(slope - wanted), path).toBeLessThan(1e-4 * Math.max(1, scale));
  }
}

describe.each(CASES)('PixelVAE, $title', ({ title, model, oracle }) => {
  const noise = {
    latents: noiseOf('posterior', model.drawn!.conditions.vector!),
    above: noiseOf('posterior above', TOP),
  };

  it.each(RUNS)('has the bound of the oracle, its parts and its slopes, %s', async (_, run) => {
    const setting = await settingOf(model, title);
    const { params, host, images, pixels, dims } = setting;
    const bound = () => oraclePixelVae(oracle, host, images, dims, noise);
    const nats = () => model.nats(params, pixels);
    const wanted = bound();
    const objective = run(() => model.objective!(params, pixels, {}));
    for (const found of [run(nats), objective.nats]) expectValues(found, wanted.nats);
    expect(Object.keys(objective.terms!)).toEqual(Object.keys(wanted.divergences));
    for (const [name, found] of Object.entries(objective.terms!)) expectValues(found, wanted.divergences[name], name);
    const weights = run(() => model.logWeights!(params, pixels));
    expectValues(weights, wanted.logWeights);
    await expectSlopes(setting, run, nats, () => bound().nats);
  });
});

describe('auto-encoder', () => {
  const model = autoEncoder({ encoder: convEncoder(toCode), decoder: decoder({ vector: LATENTS }, RGB) });
  const oracle = { encoder: toCode as never, decoder: decoderOf({ vector: LATENTS }, RGB) };

  it.each(RUNS)('has the nats of the oracle, and their slopes, %s', async (_, run) => {
    const setting = await settingOf(model, 'code');
    const { params, host, images, pixels, dims } = setting;
    const wanted = () => oracleAutoEncoderNats(oracle, host, images, dims);
    const nats = () => model.nats(params, pixels);
    expectValues(run(nats), wanted());
    await expectSlopes(setting, run, nats, wanted);
  });
});
