import type { GenerativeModel, ImageSpec } from '@pixelrnn/core';
import { gatedPixelCnn, pixelCnn, pixelRnn } from '@pixelrnn/models';

/** The four networks at sizes for tests, for any image: the table over which the tests of this folder loop. */
export const NETWORKS: readonly { name: string; build(image: ImageSpec, layers?: number): GenerativeModel }[] = [
  { name: 'PixelCNN', build: (image, layers = 2) => pixelCnn({ image, layers, hidden: 4, head: 6 }) },
  { name: 'Row LSTM', build: (image, layers = 2) => pixelRnn({ lstm: 'row', image, layers, hidden: 4, head: 6 }) },
  {
    name: 'Diagonal BiLSTM',
    build: (image, layers = 2) => pixelRnn({ lstm: 'diagonal', image, layers, hidden: 4, head: 6, skip: true }),
  },
  { name: 'Gated PixelCNN', build: (image, layers = 2) => gatedPixelCnn({ image, layers, channels: 6, head: 6 }) },
  {
    name: 'Gated PixelCNN with classes',
    build: (image, layers = 2) => gatedPixelCnn({ image, layers, channels: 6, head: 6, classes: 3 }),
  },
];

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
