import type { GenerativeModel, ImageSpec, JsonObject } from '@pixelrnn/core';
import { createModel } from './create-model.ts';

/** A model of a paper: what it is, and the config from which `createModel` builds it. */
export interface Preset {
  readonly description: string;
  readonly config: JsonObject & { readonly system: string; readonly image: JsonObject & ImageSpec };
}

const image = (size: number, channels: number, levels: number) => ({ height: size, width: size, channels, levels });
const MNIST = image(28, 1, 2);
const CIFAR10 = image(32, 3, 256);

/**
 * The encoder of PixelVAE's code for MNIST: eight 3×3 convolutions, 28 → 14 → 7 → 4 (the code pads 7 to 8 before it halves it), then a linear map.
 */
const MNIST_ENCODER = {
  name: 'convEncoder',
  config: {
    layers: [
      [32, 1],
      [32, 2],
      [32, 1],
      [64, 2],
      [64, 1],
      [64, 2],
      [64, 1],
      [64, 1],
    ],
  },
};

/** 32 → 16 → 8. */
const CIFAR10_ENCODER = {
  name: 'convEncoder',
  config: {
    layers: [
      [64, 1],
      [128, 2],
      [128, 1],
      [256, 2],
    ],
    activation: 'elu',
  },
};

/**
 * Sizes from the papers. PixelRNN (§5.3–5.5, Table 1): MNIST 7 layers of h = 16, head 32; CIFAR-10 12 layers (PixelCNN 15) of h = 128,
 * head 1024, residual and skip connections; ImageNet 32×32 12 layers of h = 384, 64×64 4 layers of h = 512 without residual. Row
 * LSTM and PixelCNN on MNIST take the Diagonal BiLSTM's width, and so does the mixture of its orders, which is in no paper. The sizes of
 * Gated PixelCNN on MNIST and CIFAR-10 are not published, nor are those of multi-scale PixelRNN, which take the networks of a single scale.
 * PixelCNN++ as its code has it: 160 filters, where the paper says 192; the smaller ones, which see few images, drop nothing.
 *
 * The network for photographs is ours: it reaches 9 rows and columns, since far pixels tell little of the next one (Zhang et al. 2021, NeLLoC), and its
 * one group of outputs is asked for once a pixel.
 *
 * A pixel of a gated stack of L layers of k×k after its first, of 7×7, sees 3 + L·(k − 1)/2 rows and columns. Of MNIST's 27 the ten layers of
 * 3×3 that `mnist-gated-pixel-cnn` once had reached 13, so that a pixel saw 54 % of those before it. Twelve of 5×5 see all, at no more cost, in
 * thousands of products a pixel, and so would eight of 7×7, which learn more slowly:
 *
 *   10 layers 3×3 of 64 maps    886        12 layers 5×5 of 40    798        8 layers 7×7 of 40    884
 */
export const PRESETS = {
  quickstart: {
    description: 'A small Diagonal BiLSTM for a first look: 3 layers, h = 12',
    config: { system: 'pixelRnn', lstm: 'diagonal', image: MNIST, layers: 3, hidden: 12, head: 32 },
  },
  'mnist-pixel-cnn': {
    description: 'PixelCNN on binary MNIST: 15 blocks, h = 16',
    config: { system: 'pixelCnn', image: MNIST, layers: 15, hidden: 16, head: 32 },
  },
  'mnist-row-lstm': {
    description: 'PixelRNN with 7 Row LSTM layers on binary MNIST, h = 16',
    config: { system: 'pixelRnn', lstm: 'row', image: MNIST, layers: 7, hidden: 16, head: 32 },
  },
  'mnist-diagonal-bilstm': {
    description: 'PixelRNN with 7 Diagonal BiLSTM layers on binary MNIST, h = 16: 79.20 nats in the paper',
    config: { system: 'pixelRnn', lstm: 'diagonal', image: MNIST, layers: 7, hidden: 16, head: 32 },
  },
  'mnist-diagonal-bilstm-classes': {
    description: 'The same Diagonal BiLSTM, conditional on the digit',
    config: { system: 'pixelRnn', lstm: 'diagonal', image: MNIST, layers: 7, hidden: 16, head: 32, classes: 10 },
  },
  'mnist-order-mixture': {
    description: 'The same Diagonal BiLSTM in all eight scan orders, which also completes lower, left and right halves',
    config: {
      system: 'orderMixture',
      image: MNIST,
      of: { system: 'pixelRnn', lstm: 'diagonal', layers: 7, hidden: 16, head: 32 },
    },
  },
  'mnist-gated-pixel-cnn': {
    description: 'Gated PixelCNN on binary MNIST: 12 layers of 40 maps, 5×5, which see the whole image',
    config: { system: 'gatedPixelCnn', image: MNIST, layers: 12, channels: 40, size: 5, head: 32 },
  },
  'mnist-gated-pixel-cnn-classes': {
    description: 'The same Gated PixelCNN, conditional on the digit',
    config: { system: 'gatedPixelCnn', image: MNIST, layers: 12, channels: 40, size: 5, head: 32, classes: 10 },
  },
  'mnist-multi-scale': {
    description:
      'Multi-scale PixelRNN on binary MNIST: 3 Diagonal BiLSTM layers for 7×7 pixels, then 7 for 28×28, h = 16',
    config: {
      system: 'multiScale',
      image: MNIST,
      factor: 4,
      channels: 16,
      small: { system: 'pixelRnn', lstm: 'diagonal', layers: 3, hidden: 16, head: 32 },
      large: { system: 'pixelRnn', lstm: 'diagonal', layers: 7, hidden: 16, head: 32 },
    },
  },
  'mnist-pixel-cnn-pp': {
    description: 'A small PixelCNN++ on binary MNIST: 3 scales of 1 resnet of 32 filters',
    config: { system: 'pixelCnnPp', image: MNIST, filters: 32, resnets: 1, scales: 3, dropout: 0 },
  },
  'mnist-pixel-vae': {
    description:
      'Gated PixelVAE on binary MNIST: 16 latents in every gate of 12 layers of 16 maps; ≤ 79.66 nats in the paper',
    config: {
      system: 'pixelVae',
      image: MNIST,
      latents: 16,
      encoder: MNIST_ENCODER,
      decoder: { system: 'gatedPixelCnn', layers: 12, channels: 16, size: 5, head: 32 },
      warmUp: 10000,
    },
  },
  'mnist-auto-encoder': {
    description:
      'Auto-encoder of binary MNIST: a bottleneck of 10 into every gate of 8 layers of 32 maps; nats given the code',
    config: {
      system: 'autoEncoder',
      image: MNIST,
      code: 10,
      encoder: MNIST_ENCODER,
      decoder: { system: 'gatedPixelCnn', layers: 8, channels: 32, size: 5, head: 32 },
    },
  },
  'cifar10-pixel-vae': {
    description:
      'PixelVAE of two levels on CIFAR-10: latents 128 and 8×8×32, features of a Gated PixelCNN of 6 layers; not in the paper',
    config: {
      system: 'pixelVae',
      image: CIFAR10,
      latents: [8, 8, 32],
      encoder: CIFAR10_ENCODER,
      upsampler: {
        name: 'upsampler',
        config: {
          layers: [
            [128, 2],
            [64, 2],
          ],
          activation: 'elu',
        },
      },
      features: 64,
      prior: {
        top: 128,
        encoder: {
          name: 'convEncoder',
          config: {
            layers: [
              [128, 1],
              [256, 2],
            ],
            activation: 'elu',
          },
        },
        layers: 3,
        channels: 96,
        head: 96,
      },
      decoder: { system: 'gatedPixelCnn', layers: 6, channels: 96, size: 5, head: 512 },
      warmUp: 10000,
    },
  },
  'cifar10-pixel-cnn': {
    description: 'PixelCNN on CIFAR-10: 15 blocks, h = 128; 3.14 bits/dim in the paper',
    config: { system: 'pixelCnn', image: CIFAR10, layers: 15, hidden: 128, head: 1024, skip: true },
  },
  'cifar10-row-lstm': {
    description: 'PixelRNN with 12 Row LSTM layers on CIFAR-10, h = 128; 3.07 bits/dim in the paper',
    config: { system: 'pixelRnn', lstm: 'row', image: CIFAR10, layers: 12, hidden: 128, head: 1024, skip: true },
  },
  'cifar10-diagonal-bilstm': {
    description: 'PixelRNN with 12 Diagonal BiLSTM layers on CIFAR-10, h = 128; 3.00 bits/dim in the paper',
    config: { system: 'pixelRnn', lstm: 'diagonal', image: CIFAR10, layers: 12, hidden: 128, head: 1024, skip: true },
  },
  'cifar10-gated-pixel-cnn': {
    description:
      'Gated PixelCNN on CIFAR-10: 14 layers of 128 maps, 5×5; 3.03 bits/dim in the paper, whose sizes are not published',
    config: { system: 'gatedPixelCnn', image: CIFAR10, layers: 14, channels: 128, size: 5, head: 1024 },
  },
  'cifar10-gated-pixel-cnn-classes': {
    description: 'Gated PixelCNN on CIFAR-10, conditional on the class: 14 layers of 128 maps, 5×5',
    config: {
      system: 'gatedPixelCnn',
      image: CIFAR10,
      layers: 14,
      channels: 128,
      size: 5,
      head: 1024,
      classes: 10,
    },
  },
  'cifar10-multi-scale': {
    description: 'Multi-scale PixelRNN on CIFAR-10: 12 Row LSTM layers for 8×8 pixels, then 12 for 32×32, h = 128',
    config: {
      system: 'multiScale',
      image: CIFAR10,
      factor: 4,
      channels: 64,
      small: { system: 'pixelRnn', lstm: 'row', layers: 12, hidden: 128, head: 1024, skip: true },
      large: { system: 'pixelRnn', lstm: 'row', layers: 12, hidden: 128, head: 1024, skip: true },
    },
  },
  'imagenet32-gated-pixel-cnn': {
    description: 'Gated PixelCNN on ImageNet 32×32: 20 layers of 384 maps, 5×5; 3.83 bits/dim in the paper',
    config: { system: 'gatedPixelCnn', image: image(32, 3, 256), layers: 20, channels: 384, size: 5, head: 1024 },
  },
  'cifar10-pixel-cnn-pp': {
    description: 'PixelCNN++ on CIFAR-10: 3 scales of 5 resnets of 160 filters; 2.92 bits/dim in the paper',
    config: { system: 'pixelCnnPp', image: CIFAR10, filters: 160, resnets: 5, scales: 3, dropout: 0.5 },
  },
  'cifar10-pixel-cnn-pp-small': {
    description: 'A small PixelCNN++ on CIFAR-10 for a CPU: 3 scales of 1 resnet of 48 filters',
    config: { system: 'pixelCnnPp', image: CIFAR10, filters: 48, resnets: 1, scales: 3, dropout: 0 },
  },
  'imagenet64-pixel-vae': {
    description:
      'PixelVAE of two levels on ImageNet 64×64: latents 512 and 16×16×64, embedded levels; ≤ 3.66 bits/dim in the paper',
    config: {
      system: 'pixelVae',
      image: image(64, 3, 256),
      latents: [16, 16, 64],
      encoder: {
        name: 'convEncoder',
        config: {
          layers: [
            [192, 1],
            [192, 2],
            [256, 1],
            [256, 2],
            [256, 1],
          ],
          activation: 'elu',
        },
      },
      upsampler: {
        name: 'upsampler',
        config: {
          layers: [
            [256, 2],
            [256, 2],
          ],
          activation: 'elu',
        },
      },
      features: 192,
      prior: {
        top: 512,
        encoder: {
          name: 'convEncoder',
          config: {
            layers: [
              [256, 1],
              [512, 2],
              [512, 2],
            ],
            activation: 'elu',
          },
        },
        layers: 3,
        channels: 256,
        head: 256,
      },
      decoder: {
        system: 'gatedPixelCnn',
        encoding: { name: 'embedded', config: { size: 16 } },
        layers: 3,
        channels: 384,
        head: 768,
      },
      warmUp: 10000,
    },
  },
  'natural-gated-pixel-cnn': {
    description: 'Gated PixelCNN for photographs of any size: 6 layers of 64 maps, 3×3, a mixture of 10 logistics',
    config: {
      system: 'gatedPixelCnn',
      image: CIFAR10,
      likelihood: { name: 'logisticMixture', config: { components: 10 } },
      layers: 6,
      channels: 64,
      size: 3,
      head: 128,
    },
  },
  'imagenet32-row-lstm': {
    description: 'PixelRNN with 12 Row LSTM layers on ImageNet 32×32, h = 384; 3.86 bits/dim in the paper',
    config: {
      system: 'pixelRnn',
      lstm: 'row',
      image: image(32, 3, 256),
      layers: 12,
      hidden: 384,
      head: 1024,
      skip: true,
    },
  },
  'imagenet64-row-lstm': {
    description: 'PixelRNN with 4 Row LSTM layers on ImageNet 64×64, h = 512, no residual; 3.63 bits/dim in the paper',
    config: {
      system: 'pixelRnn',
      lstm: 'row',
      image: image(64, 3, 256),
      layers: 4,
      hidden: 512,
      head: 1024,
      residual: false,
    },
  },
  'imagenet64-multi-scale': {
    description:
      'Multi-scale PixelRNN on ImageNet 64×64: the Row LSTM networks of 32×32 and 64×64, the latter given the former’s image',
    config: {
      system: 'multiScale',
      image: image(64, 3, 256),
      factor: 2,
      channels: 64,
      small: { system: 'pixelRnn', lstm: 'row', layers: 12, hidden: 384, head: 1024, skip: true },
      large: { system: 'pixelRnn', lstm: 'row', layers: 4, hidden: 512, head: 1024, residual: false },
    },
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;

/** Whether a preset has that name. */
export const isPreset = (name: string): name is PresetName => Object.hasOwn(PRESETS, name);

/** The model of a preset, with some options changed: `presetModel('mnist-row-lstm', { layers: 3 })`. */
export const presetModel = (name: PresetName, overrides: JsonObject = {}): GenerativeModel =>
  createModel({ ...PRESETS[name].config, ...overrides });
