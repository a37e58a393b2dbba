import type { JsonObject } from '@pixelrnn/core';
import { createModel, currentConfig } from './create-model.ts';

/**
 * What a map that is given is read through: three convolutions of 5×5 and one of 1×1, which reach six pixels in all directions, as far as a blur of
 * σ = 1.5 does. ELUs: where the weights that read it begin at zero (`--init`), ReLUs die in the first steps.
 */
const MAP_ENCODER = {
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

/** Systems whose layers read a map, if need be through an encoder. */
const READERS: readonly unknown[] = ['pixelCnn', 'pixelRnn', 'gatedPixelCnn', 'pixelCnnPp'];
/** Those that have no place for one: what their parts read is made by themselves. */
const OTHERS: readonly unknown[] = ['multiScale', 'pixelVae', 'autoEncoder'];

/**
 * The config of a system, given a map of so many channels. It is read through an encoder, three convolutions of 5×5 unless the config says another
 * (`mapEncoder`, `features`), or as it is, where the config says the map already (`map`), as contributed systems do.
 * @throws if the system reads another map, or none
 */
export function withMap(config: JsonObject, map: number): JsonObject {
  const { map: own, of, ...current } = currentConfig(config);
  const { system } = current;
  const told = own === undefined ? {} : { map: own };
  if (system === 'orderMixture') return { ...current, of: withMap({ ...told, ...(of as JsonObject) }, map) };
  if (OTHERS.includes(system))
    throw new Error(`wanted a system whose layers read a map of ${map} channels, got ${system}`);
  if (own !== undefined && own !== map)
    throw new Error(`wanted map = ${map}, the channels of what is given, got ${JSON.stringify(own)}`);
  if (READERS.includes(system)) return { ...(own === undefined && MAP_ENCODER), ...current, map };
  return createModel(config).conditions.map === map ? config : { ...config, map };
}
