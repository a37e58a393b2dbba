import { type GenerativeModel, type ImageSpec, type JsonObject, mapTree, rng, toHost } from '@pixelrnn/core';
import { createModel } from '@pixelrnn/models';
import type { LevelImage, Trained } from '../src/index.ts';

export const GREY: ImageSpec = { height: 5, width: 4, channels: 1, levels: 3 };
export const RGB: ImageSpec = { height: 4, width: 3, channels: 3, levels: 256 };

export const PIXEL_CNN = { system: 'pixelCnn', layers: 1, hidden: 4, head: 6 };
export const LOGISTICS = { likelihood: { name: 'logisticMixture', config: { components: 2 } } };

/** A model of a config with random weights, large enough that it is sure of something. */
export async function trained(config: JsonObject, image: ImageSpec, seed = 1, scale = 2): Promise<Trained> {
  const model: GenerativeModel = createModel({ ...config, image: { ...image } });
  const weights = await toHost(model.init(rng(seed)));
  return { model, weights: mapTree<Float32Array, Float32Array>(weights, (values) => values.map((w) => w * scale)) };
}

/** Random images of a size: of its levels all alike. */
export function randomImages(
  count: number,
  { height, width, channels, levels }: ImageSpec,
  seed: number | string = 1,
): LevelImage[] {
  const random = rng(seed);
  const level = () => Math.floor(random.uniform() * levels);
  return Array.from({ length: count }, () => ({
    height,
    width,
    levels: Uint16Array.from({ length: height * width * channels }, level),
  }));
}
