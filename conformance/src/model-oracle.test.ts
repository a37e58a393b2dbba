// Whole networks against the float64 oracle. What a network consists of is written down here once more, from Table 1 of PixelRNN and
// Figure 2 of Gated PixelCNN, so that a missing ReLU or a wrong kernel in the models shows.
import { type ImageSpec, type JsonObject, rng, toContext, toHost, withoutFusedKernels } from '@pixelrnn/core';
import { randomParams, relativeError } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { conditionsOf } from './conditions-of.ts';
import { BINARY, GREY, imageName, NETWORKS, RGB, TOLD_NETWORKS } from './models.ts';
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

/** A likelihood, and what it asks of a network: how many colour groups, and the group of each output. */
interface End {
  readonly likelihood: OracleModel['likelihood'];
  readonly groups: number;
  readonly outputGroups: readonly number[];
}

/** A logit for each bit, or for each level of each channel, which sees the channels before it. */
const independent = ({ channels, levels }: ImageSpec): End => {
  if (channels === 1 && levels === 2) return { likelihood: 'bernoulli', groups: 1, outputGroups: [0] };
  const outputGroups = Array.from({ length: channels * levels }, (_, i) => Math.floor(i / levels));
  return { likelihood: 'categorical', groups: channels, outputGroups };
};

/** Two logistics of all channels at once: none of their outputs sees its own pixel. */
const tied = ({ channels }: ImageSpec): End => ({
  likelihood: 'logisticMixture',
  groups: 1,
  outputGroups: new Array(channels === 1 ? 6 : 20).fill(0),
});

/** [ReLU – 1×1] × hidden, then ReLU – 1×1 to the parameters. */
function head(inputs: number, hidden: number, { groups, outputGroups }: End): Spec {
  const widths = [inputs, ...new Array(hidden).fill(HEAD)];
  const hiddenLayers = widths.slice(1).map((width, i) => conv(1, 'B', widths[i], width, groups, { relu: true }));
  return chain(...hiddenLayers, conv(1, 'B', HEAD, outputGroups.length, groups, { relu: true, outputGroups }));
}

/** Table 1: stem 7×7 mask A to 2h, blocks, head of two hidden layers; h = 4. */
function pixelRnn(block: string, config: JsonObject, image: ImageSpec, end: End, skip = false): Spec {
  const { groups } = end;
  const blocks = new Array(LAYERS).fill({ name: block, config: { channels: 8, hidden: 4, groups, ...config } });
  const middle = skip ? [{ name: 'skipSum', config: { layers: blocks, outputs: 8, groups } }] : blocks;
  return chain(conv(7, 'A', image.channels, 8, groups), ...middle, head(8, 2, end));
}

function gated(image: ImageSpec, end: End): Spec {
  return chain(...gatedStacks(image, end, { channels: 6 }), head(6, 1, end));
}

function gatedStacks({ channels: inputs }: ImageSpec, { groups }: End, options: JsonObject): Spec[] {
  const shared = { groups, ...options };
  const first = { name: 'gatedConv2d', config: { ...shared, size: 7, first: { inputs } } };
  const later = { name: 'gatedConv2d', config: { ...shared, size: 3 } };
  return [first, ...new Array(LAYERS).fill(later)];
}

/** Conditions in every layer, and skip connections from every layer to the head. */
function conditionalGated(image: ImageSpec, end: End): Spec {
  const layers = gatedStacks(image, end, { channels: 4, classes: 3, vector: 2, map: 2 });
  return chain({ name: 'skipSum', config: { layers, outputs: 4, groups: end.groups } }, head(4, 1, end));
}

const KERNEL = { kernel: [3, 3] };
const rowLstm = (image: ImageSpec, end: End) => pixelRnn('rowLstm', {}, image, end);
const diagonalBiLstm = (image: ImageSpec, end: End) => pixelRnn('diagonalBiLstm', {}, image, end, true);
const pixelCnnPp = (): Spec => ({ name: 'twoStream', config: { resnets: 1, scales: LAYERS } });
/** Conditions that a network is told show in its parameters alone. */
const SPECS: Readonly<Record<string, (image: ImageSpec, end: End) => Spec>> = {
  PixelCNN: (image, end) => pixelRnn('pixelCnnBlock', KERNEL, image, end),
  'PixelCNN of logistics': (image, end) => pixelRnn('pixelCnnBlock', KERNEL, image, end),
  'Row LSTM': rowLstm,
  'Row LSTM of classes': rowLstm,
  'Diagonal BiLSTM': diagonalBiLstm,
  'Diagonal BiLSTM of classes': diagonalBiLstm,
  'Gated PixelCNN': gated,
  'Gated PixelCNN with conditions and skips': conditionalGated,
  'PixelCNN++': pixelCnnPp,
  'PixelCNN++ of classes and vectors': pixelCnnPp,
};

describe.each([...NETWORKS, ...TOLD_NETWORKS])('$name', ({ name, build }) => {
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
      const end = model.likelihood.name === 'logisticMixture' ? tied(image) : independent(image);
      const spec = { levels, network: SPECS[name](image, end), likelihood: end.likelihood };
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
