import type { GenerativeModel, JsonObject } from '@pixelrnn/core';
import { createModel, isPreset, PRESETS } from '@pixelrnn/models';

const RGB32 = { height: 32, width: 32, channels: 3, levels: 256 };
const SMALL = { image: RGB32, layers: 3, hidden: 64, head: 128 };

/** Networks between the presets for MNIST and those for CIFAR-10, for machines without a GPU: 3 layers, h = 64, 32×32 RGB. */
const SMALL_MODELS: Readonly<Record<string, JsonObject>> = {
  'cifar-small-row-lstm': { system: 'pixelRnn', lstm: 'row', ...SMALL },
  'cifar-small-diagonal-bilstm': { system: 'pixelRnn', lstm: 'diagonal', ...SMALL },
};

/** Without dropout, so that losses can be compared. */
const TINY_PLUS_PLUS = { filters: 4, resnets: 1, scales: 2, dropout: 0 };
const TINY = { layers: 2, head: 6 };
const TINY_ENCODER = { name: 'convEncoder', config: { layers: [[4, 1], [6, 2]] } }; // biome-ignore format: one row
const TINY_GREY = { height: 6, width: 5, channels: 1, levels: 2 };
const TINY_RGB = { height: 5, width: 6, channels: 3, levels: 4 };

/** Every kind of network in milliseconds, to see that a machine and a rival compute what they should. */
const TINY_MODELS: Readonly<Record<string, JsonObject>> = {
  'tiny-row-lstm': { system: 'pixelRnn', lstm: 'row', image: TINY_GREY, hidden: 4, ...TINY },
  'tiny-diagonal-bilstm': { system: 'pixelRnn', lstm: 'diagonal', image: TINY_GREY, hidden: 4, ...TINY },
  'tiny-pixel-cnn': { system: 'pixelCnn', image: TINY_GREY, hidden: 4, ...TINY },
  'tiny-gated-pixel-cnn': { system: 'gatedPixelCnn', image: TINY_GREY, channels: 4, size: 3, classes: 3, ...TINY },
  'tiny-rgb-row-lstm': { system: 'pixelRnn', lstm: 'row', image: TINY_RGB, hidden: 4, residual: false, ...TINY },
  'tiny-rgb-diagonal-bilstm': { system: 'pixelRnn', lstm: 'diagonal', image: TINY_RGB, hidden: 4, skip: true, ...TINY },
  'tiny-rgb-pixel-cnn': { system: 'pixelCnn', image: TINY_RGB, hidden: 4, skip: true, ...TINY },
  'tiny-pixel-cnn-pp': { system: 'pixelCnnPp', image: TINY_GREY, ...TINY_PLUS_PLUS, classes: 3 },
  'tiny-rgb-pixel-cnn-pp': { system: 'pixelCnnPp', image: TINY_RGB, ...TINY_PLUS_PLUS },
  'tiny-multi-scale': {
    system: 'multiScale',
    image: { ...TINY_GREY, width: 4 },
    factor: 2,
    channels: 3,
    small: { system: 'pixelRnn', lstm: 'row', hidden: 4, ...TINY },
    large: { system: 'pixelRnn', lstm: 'diagonal', hidden: 4, ...TINY },
  },
  'tiny-pixel-vae': {
    system: 'pixelVae',
    image: TINY_GREY,
    latents: 3,
    encoder: TINY_ENCODER,
    decoder: { system: 'gatedPixelCnn', channels: 4, size: 3, ...TINY },
    warmUp: 3,
  },
  'tiny-rgb-gated-pixel-cnn': { system: 'gatedPixelCnn', image: TINY_RGB, channels: 6, size: 5, ...TINY },
};

const OWN_MODELS = { ...SMALL_MODELS, ...TINY_MODELS };

/** Names that a task's `model` may have: the presets of `@pixelrnn/models` and some smaller networks. */
export const MODEL_NAMES: readonly string[] = [...Object.keys(PRESETS), ...Object.keys(OWN_MODELS)];

/** The model of that name. */
export function benchModel(name: string): GenerativeModel {
  const config = isPreset(name) ? PRESETS[name].config : OWN_MODELS[name];
  if (!config) throw new Error(`benchModel: wanted one of ${MODEL_NAMES.join(', ')}, got ${name}`);
  return createModel(config);
}
