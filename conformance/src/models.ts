import type { GenerativeModel, ImageSpec, JsonObject } from '@pixelrnn/core';
import { createModel, gatedPixelCnn, type PixelCnnPpOptions, pixelCnn, pixelCnnPp, pixelRnn } from '@pixelrnn/models';
import {
  anySees,
  chainSees,
  convolutionSees,
  diagonalBiLstmSees,
  firstGatedSees,
  gatedSees,
  pointSees,
  rowLstmSees,
  type Sees,
} from './sees.ts';
import { twoStreamSees } from './two-stream-sees.ts';

/** A network at a size for tests, for any image. */
export interface NetworkCase {
  readonly name: string;
  build(image: ImageSpec, layers?: number): GenerativeModel;
  /** What two layers of it see of an image by thought. */
  sees(image: ImageSpec): Sees;
}

const STEM = convolutionSees([7, 7], 'A');
const BLOCK = convolutionSees([3, 3], 'B');

/** Layers one after the other, then a head; with a colour group for each channel, unless told. */
const networkSees =
  (...layers: readonly Sees[]) =>
  (image: ImageSpec, groups = image.channels): Sees =>
    chainSees(image, groups, [...layers, pointSees]);

/** Two layers, with skip connections. */
const skipsSee = (layer: Sees) => (image: ImageSpec) =>
  networkSees(STEM, anySees(layer, chainSees(image, image.channels, [layer, layer])))(image);

const pixelCnnSees = networkSees(STEM, BLOCK, BLOCK);

const rowLstmNetworkSees = networkSees(STEM, rowLstmSees, rowLstmSees);

const gatedNetworkSees = networkSees(firstGatedSees(7), gatedSees(3), gatedSees(3));

const PIXEL_CNN = { system: 'pixelCnn', layers: 1, hidden: 4, head: 6 };
const GATED = { system: 'gatedPixelCnn', layers: 1, channels: 6, head: 6 };

/** Of two components: the likelihood ties the colours, so the network has one colour group. */
export const LOGISTICS = { name: 'logisticMixture', config: { components: 2 } };

/** One for a network without colour groups. */
const tiedLikelihood = ({ channels, levels }: ImageSpec) => (channels === 1 && levels === 2 ? 'bernoulli' : LOGISTICS);

const smallPixelCnnPp = (image: ImageSpec, options: Partial<PixelCnnPpOptions>) =>
  pixelCnnPp({ image, filters: 2, resnets: 1, dropout: 0, likelihood: tiedLikelihood(image), ...options });

/** The networks: the table over which the tests of this folder loop. */
export const NETWORKS: readonly NetworkCase[] = [
  {
    name: 'PixelCNN',
    build: (image, layers = 2) => pixelCnn({ image, layers, hidden: 4, head: 6 }),
    sees: (image) => pixelCnnSees(image),
  },
  {
    name: 'PixelCNN of logistics',
    build: (image, layers = 2) => pixelCnn({ image, layers, hidden: 4, head: 6, likelihood: LOGISTICS }),
    sees: (image) => pixelCnnSees(image, 1),
  },
  {
    name: 'Row LSTM',
    build: (image, layers = 2) => pixelRnn({ lstm: 'row', image, layers, hidden: 4, head: 6 }),
    sees: rowLstmNetworkSees,
  },
  {
    name: 'Diagonal BiLSTM',
    build: (image, layers = 2) => pixelRnn({ lstm: 'diagonal', image, layers, hidden: 4, head: 6, skip: true }),
    sees: skipsSee(diagonalBiLstmSees(2)),
  },
  {
    name: 'Gated PixelCNN',
    build: (image, layers = 2) => gatedPixelCnn({ image, layers, channels: 6, head: 6 }),
    sees: (image) => gatedNetworkSees(image),
  },
  {
    name: 'Gated PixelCNN with conditions and skips',
    build: (image, layers = 2) =>
      gatedPixelCnn({ image, layers, channels: 4, head: 6, classes: 3, vector: 2, map: 2, skip: true }),
    sees: (image) => gatedNetworkSees(image),
  },
  {
    name: 'PixelCNN++',
    build: (image, scales = 2) => smallPixelCnnPp(image, { scales }),
    sees: (image) => twoStreamSees(image, 1, 2),
  },
];

/** Networks of the table told a class, or a class and a vector, for what that changes: their values and their contract. */
export const TOLD_NETWORKS: readonly NetworkCase[] = [
  {
    name: 'Row LSTM of classes',
    build: (image, layers = 2) => pixelRnn({ lstm: 'row', image, layers, hidden: 4, head: 6, classes: 3 }),
    sees: rowLstmNetworkSees,
  },
  {
    name: 'Diagonal BiLSTM of classes',
    build: (image, layers = 2) =>
      pixelRnn({ lstm: 'diagonal', image, layers, hidden: 4, head: 6, skip: true, classes: 3 }),
    sees: skipsSee(diagonalBiLstmSees(2)),
  },
  {
    name: 'PixelCNN++ of classes and vectors',
    build: (image, scales = 2) => smallPixelCnnPp(image, { scales, classes: 3, vector: 2 }),
    sees: (image) => twoStreamSees(image, 1, 2),
  },
];

/** Systems around networks, of images of even sides: a coarser image, an order, latents and others above them, and a code. */
export const SYSTEMS: readonly Omit<NetworkCase, 'sees'>[] = [
  ['Multi-scale', { system: 'multiScale', factor: 2, small: PIXEL_CNN, large: GATED, channels: 2 }],
  ['Mixture of orders', { system: 'orderMixture', of: GATED }],
  [
    'PixelVAE of two levels',
    {
      system: 'pixelVae',
      latents: [2, 2, 1],
      encoder: { name: 'convEncoder', config: { layers: [[3, 2]] } },
      upsampler: { name: 'upsampler', config: { layers: [[2, 2]] } },
      features: 2,
      prior: {
        top: 2,
        encoder: { name: 'convEncoder', config: { layers: [[2, 1]] } },
        layers: 1,
        channels: 4,
        head: 4,
      },
      decoder: GATED,
      warmUp: 10,
    },
  ],
  [
    'Auto-encoder',
    { system: 'autoEncoder', code: 2, encoder: { name: 'convEncoder', config: { layers: [[3, 2]] } }, decoder: GATED },
  ],
].map(([name, config]) => ({
  name: name as string,
  build: (image: ImageSpec) => createModel({ ...(config as JsonObject), image: { ...image } }),
}));

/** Binary and several grey levels; square and not. */
export const BINARY: ImageSpec = { height: 6, width: 5, channels: 1, levels: 2 };
export const GREY: ImageSpec = { height: 4, width: 6, channels: 1, levels: 5 };
export const RGB: ImageSpec = { height: 4, width: 5, channels: 3, levels: 4 };
/** Small enough to enumerate all images. */
export const TINY: readonly ImageSpec[] = [
  { height: 2, width: 2, channels: 1, levels: 2 },
  { height: 3, width: 2, channels: 1, levels: 3 },
  { height: 1, width: 2, channels: 3, levels: 2 },
  { height: 2, width: 1, channels: 3, levels: 3 },
];

export const imageName = ({ height, width, channels, levels }: ImageSpec): string =>
  `${height}×${width}${channels === 3 ? ' RGB' : ''} of ${levels} levels`;
