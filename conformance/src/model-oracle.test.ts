// Whole networks against the float64 oracle. What a network consists of is written down here once more, from Table 1 of PixelRNN and
// Figure 2 of Gated PixelCNN, so that a missing ReLU or a wrong kernel in the models shows.
import { type ImageSpec, type JsonObject, rng, toContext, toHost, withoutFusedKernels } from '@pixelrnn/core';
import { randomParams, relativeError } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { conditionsOf } from './conditions-of.ts';
import { BINARY, GREY, imageName, NETWORKS, RGB } from './models.ts';
import type { OracleParams } from './oracle/layer.ts';
import { type OracleModel, oracleConditionals, oracleNats } from './oracle/network.ts';

type Spec = { name: string; config: JsonObject };
const HEAD = 6;
const LAYERS = 2;

const conv = (
  size: number,
  mask: string,
  inputs: number,
  outputs: number,
  groups: number,
  more: JsonObject = {},
): Spec => ({
  name: 'maskedConv2d',
  config: { kernel: [size, size], mask, inputs, outputs, groups, ...more },
});
const chain = (...layers: Spec[]): Spec => ({ name: 'sequential', config: { layers } });

/** [ReLU – 1×1] × hidden, then ReLU – 1×1 to the parameters. */
function head(inputs: number, hidden: number, { channels, levels }: ImageSpec, groups: number): Spec {
  const outputs = levels === 2 && channels === 1 ? 1 : channels * levels;
  const outputGroups = Array.from({ length: outputs }, (_, i) => (channels === 1 ? 0 : Math.floor(i / levels)));
  const widths = [inputs, ...new Array(hidden).fill(HEAD)];
  const hiddenLayers = widths.slice(1).map((width, i) => conv(1, 'B', widths[i], width, groups, { relu: true }));
  return chain(...hiddenLayers, conv(1, 'B', HEAD, outputs, groups, { relu: true, outputGroups }));
}

/** Table 1: stem 7×7 mask A to 2h, blocks, head of two hidden layers; h = 4. */
function pixelRnn(block: Spec, image: ImageSpec, skip: boolean): Spec {
  const groups = image.channels;
  const blocks = new Array(LAYERS).fill(block);
  const middle = skip ? [{ name: 'skipSum', config: { layers: blocks, outputs: 8, groups } }] : blocks;
  return chain(conv(7, 'A', image.channels, 8, groups), ...middle, head(8, 2, image, groups));
}

function gated(image: ImageSpec): Spec {
  return chain(...gatedStacks(image, { channels: 6 }), head(6, 1, image, image.channels));
}

function gatedStacks({ channels: inputs }: ImageSpec, options: JsonObject): Spec[] {
  const shared = { groups: inputs, ...options };
  const first = { name: 'gatedConv2d', config: { ...shared, size: 7, first: { inputs } } };
  const later = { name: 'gatedConv2d', config: { ...shared, size: 3 } };
  return [first, ...new Array(LAYERS).fill(later)];
}

/** Conditions in every layer, and skip connections from every layer to the head. */
function conditionalGated(image: ImageSpec): Spec {
  const groups = image.channels;
  const layers = gatedStacks(image, { channels: 4, classes: 3, vector: 2, map: 2 });
  return chain({ name: 'skipSum', config: { layers, outputs: 4, groups } }, head(4, 1, image, groups));
}

const SPECS: Readonly<Record<string, (image: ImageSpec) => Spec>> = {
  PixelCNN: (image) =>
    pixelRnn(
      { name: 'pixelCnnBlock', config: { channels: 8, hidden: 4, kernel: [3, 3], groups: image.channels } },
      image,
      false,
    ),
  'Row LSTM': (image) =>
    pixelRnn({ name: 'rowLstm', config: { channels: 8, hidden: 4, groups: image.channels } }, image, false),
  'Diagonal BiLSTM': (image) =>
    pixelRnn({ name: 'diagonalBiLstm', config: { channels: 8, hidden: 4, groups: image.channels } }, image, true),
  'Gated PixelCNN': gated,
  'Gated PixelCNN with conditions and skips': conditionalGated,
};

describe.each(NETWORKS)('$name', ({ name, build }) => {
  it.each([BINARY, GREY, RGB].map((image) => ({ image, title: imageName(image) })))(
    'equals the oracle on $title',
    async ({ image }) => {
      const model = build(image, LAYERS);
      const params = await randomParams({ init: (random) => model.init(random) }, name);
      const { height, width, channels, levels } = image;
      const dims = { batch: 2, height, width };
      const source = rng(name);
      const images = Float32Array.from({ length: 2 * height * width * channels }, () =>
        Math.floor(source.uniform() * levels),
      );
      const context = conditionsOf(model, 2);
      const likelihood: OracleModel['likelihood'] = channels === 1 && levels === 2 ? 'bernoulli' : 'categorical';
      const spec = { levels, network: SPECS[name](image), likelihood };
      const host = (await toHost(params)) as OracleParams;
      const tensor = tf.tensor4d(images, [2, height, width, channels]);
      const told = toContext(context, dims);
      const parameters = withoutFusedKernels(() => model.conditionals(params, tensor, told)).dataSync();
      const nats = withoutFusedKernels(() => model.nats(params, tensor, told)).dataSync();
      expect(relativeError(parameters, oracleConditionals(spec, host, images, dims, context))).toBeLessThan(1e-5);
      expect(relativeError(nats, oracleNats(spec, host, images, dims, context))).toBeLessThan(1e-5);
    },
  );
});
