import {
  dimensions,
  type GenerativeModel,
  type Host,
  type HostContext,
  type JsonObject,
  type Params,
} from '@pixelrnn/core';
import type { Known } from '@pixelrnn/generate';
import type { LayerCheckOptions } from './setting.ts';

/** Draws images, or what is unknown of them, with their −log p in nats: `sample` of `@pixelrnn/generate` unless told. */
export type Sampler = (
  model: GenerativeModel,
  weights: Host<Params>,
  options: {
    readonly count: number;
    readonly seed: string | number;
    readonly context: HostContext;
    readonly known?: Known;
  },
) => Promise<{ readonly images: Float32Array; readonly nats: Float64Array }>;

/** How a model is to be checked. */
export interface ModelCheckOptions extends Pick<LayerCheckOptions, 'expectUnseen' | 'seed'> {
  /** Builds the model again from its configuration; with it, the contract covers the configuration. */
  readonly createModel?: (config: JsonObject) => GenerativeModel;
  readonly sampler?: Sampler;
  /**
   * Whether to go through all images there are (probabilities sum to one; samples have the frequencies of their probabilities):
   * needs a tiny model, say 2×2 pixels of 2 levels. On unless told.
   */
  readonly exhaustive?: boolean;
}

export const MODEL_CHECK_DEFAULTS = { exhaustive: true, seed: 1 } as const;

/** The most images that {@link allImages} lists. */
export const MAX_IMAGES = 4096;

/** Every image of the model's size and levels, [n, H, W, C]: image number i has the digits of i in base L. */
export function allImages({ name, image }: GenerativeModel): { count: number; images: Float32Array } {
  const size = dimensions(image);
  const count = image.levels ** size;
  if (count > MAX_IMAGES)
    throw new Error(
      `allImages: ${name}: ${image.levels}^${size} images are more than ${MAX_IMAGES}: check a tiny model (2×2 pixels, 2 levels), or set exhaustive: false`,
    );
  const images = new Float32Array(count * size);
  for (let i = 0; i < count; i++)
    for (let k = 0, rest = i; k < size; k++, rest = Math.floor(rest / image.levels))
      images[i * size + k] = rest % image.levels;
  return { count, images };
}

/** The number of an image in {@link allImages}. */
export const imageNumber = (image: ArrayLike<number>, levels: number): number =>
  Array.from(image).reduceRight((number, level) => number * levels + level, 0);
