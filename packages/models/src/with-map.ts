import type { JsonObject } from '@pixelrnn/core';

/**
 * What a map that is given is read through: three convolutions of 5×5 and one of 1×1, which reach six pixels in all directions, as far as a blur of
 * σ = 2 does. ELUs: where the weights that read it begin at zero (`--init`), ReLUs die in the first steps.
 */
export const MAP_ENCODER = {
  mapEncoder: {
    name: 'convEncoder',
    config: {
      kernel: 5,
      activation: 'elu',
      layers: [
        [32, 1],
        [32, 1],
        [32, 1],
      ],
    },
  },
  features: 32,
} as const;

const WITH_ENCODER: readonly unknown[] = ['pixelCnn', 'pixelRnn', 'gatedPixelCnn', 'pixelCnnPp'];

/** The config of a system, given a map of so many channels: read through {@link MAP_ENCODER} by the systems of this package, by others as it is. */
export function withMap(config: JsonObject, map: number): JsonObject {
  if (config.system === 'orderMixture') return { ...config, of: withMap(config.of as JsonObject, map) };
  return { ...config, map, ...(WITH_ENCODER.includes(config.system) && MAP_ENCODER) };
}
