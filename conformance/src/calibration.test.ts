// C14 of systems around a PixelCNN++: what its network gives on the batch that it was calibrated on, under the very codes, orders, maps and small
// images that the system hands it there, has mean 0 and variance 1 in every output, as Salimans & Kingma 2016 want it of every layer.
import { type Context, type GenerativeModel, type ImageSpec, type JsonObject, type Params, rng } from '@pixelrnn/core';
import { convEncoder, upsampler } from '@pixelrnn/layers';
import { autoEncoder, createModel, multiScale, orderMixture, pixelVae } from '@pixelrnn/models';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

const IMAGE: ImageSpec = { height: 4, width: 4, channels: 1, levels: 4 };
const COUNT = 6;
const PLUS_PLUS = { system: 'pixelCnnPp', filters: 4, resnets: 1, scales: 1, dropout: 0, likelihood: { name: 'logisticMixture', config: { components: 2 } } } as const; // biome-ignore format: one row

type Build = (config: JsonObject) => GenerativeModel;

const encoder = (outputs: number) =>
  convEncoder({ inputs: [4, 4, 1], outputs: [outputs], layers: [[3, 2]], activation: 'elu' });
const plusPlus = (build: Build, told: JsonObject) => build({ ...PLUS_PLUS, image: { ...IMAGE }, ...told });

const SYSTEMS: readonly [title: string, make: (build: Build) => GenerativeModel][] = [
  [
    'a VAE, latents in every gate',
    (build) => pixelVae({ encoder: encoder(4), decoder: plusPlus(build, { vector: 2 }) }),
  ],
  [
    'a VAE, latents as a map',
    (build) =>
      pixelVae({
        encoder: encoder(4),
        decoder: plusPlus(build, { map: 2 }),
        upsampler: upsampler({ inputs: [2], outputs: [4, 4, 2], layers: [[3, 2]] }),
      }),
  ],
  ['an auto-encoder', (build) => autoEncoder({ encoder: encoder(3), decoder: plusPlus(build, { vector: 3 }) })],
  ['a mixture of orders', (build) => orderMixture({ image: IMAGE, of: PLUS_PLUS }, build)],
  ['two scales', (build) => multiScale({ image: IMAGE, factor: 2, small: PLUS_PLUS, large: PLUS_PLUS }, build)],
  [
    'an encoded map',
    (build) =>
      plusPlus(build, { map: 1, mapEncoder: { name: 'convEncoder', config: { layers: [[2, 1]] } }, features: 3 }),
  ],
];

/** Builds models that remember what their network gives. */
function watching() {
  const seen: tf.Tensor4D[] = [];
  const build: Build = (config) => {
    const model = createModel(config);
    const conditionals = (params: Params, images: tf.Tensor4D, context?: Context) => {
      const y = model.conditionals(params, images, context);
      seen.push(tf.keep(tf.clone(y)));
      return y;
    };
    const nats = (params: Params, images: tf.Tensor4D, context?: Context) =>
      tf.neg(model.likelihood.logProb(conditionals(params, images, context), images)) as tf.Tensor1D;
    return { ...model, conditionals, nats };
  };
  return { build, take: () => seen.splice(0) };
}

/** Of every output over images and pixels. */
function momentsOf(y: tf.Tensor4D) {
  const { mean, variance } = tf.moments(y, [0, 1, 2]);
  return { mean: [...mean.dataSync()], variance: [...variance.dataSync()] };
}

describe.each(SYSTEMS)('C14: %s', (title, make) => {
  it('is calibrated to what it is then asked', () => {
    const { build, take } = watching();
    const model = make(build);
    const source = rng(title);
    const uniform = (size: number) => Float32Array.from({ length: size }, source.uniform);
    const images = tf.tensor4d(
      uniform(COUNT * 16).map((u) => Math.floor(4 * u)),
      [COUNT, 4, 4, 1],
    );
    const map = model.conditions.map && { map: tf.tensor4d(uniform(COUNT * 16), [COUNT, 4, 4, 1]) };
    const context = { training: true, rng: rng(1), ...map };
    const ask = (params: Params) => {
      if (model.objective) model.objective(params, images, context);
      else model.nats(params, images, context);
      return take().map(momentsOf);
    };
    const params = model.init(rng(2));
    const before = ask(params);
    for (const { variance } of before) expect(Math.max(...variance.map((value) => Math.abs(value - 1)))).toBeGreaterThan(0.1); // biome-ignore format: one row
    const calibrated = ask(model.calibrate!(params, images, context));
    expect(calibrated).toHaveLength(title === 'two scales' ? 2 : 1);
    for (const { mean, variance } of calibrated) {
      expect(mean).toEqual(mean.map(() => expect.closeTo(0, 4)));
      expect(variance).toEqual(variance.map(() => expect.closeTo(1, 4)));
    }
  });
});
