import type { GenerativeModel, Layer } from '@pixelrnn/core';
import { encodedMap } from '@pixelrnn/layers';
import { imageModel } from './image-model.ts';
import { withoutEnds } from './mapping-ends.ts';
import { type Ends, type SystemOptions, systemConfig } from './options.ts';

/**
 * The model of a system of one network, between its ends:
 *
 *   levels ── encoding ── network ── likelihood
 *                            │
 *                 map ── mapEncoder, where there is one
 *
 * @param options resolved ones, from which `createModel` is to build the model again
 */
export function systemModel(
  system: string,
  options: SystemOptions,
  { encoding, likelihood, mapEncoder }: Ends,
  network: Layer,
): GenerativeModel {
  return imageModel({
    name: system,
    image: options.image,
    encoding,
    likelihood,
    network: mapEncoder ? encodedMap(network, mapEncoder) : network,
    config: systemConfig(system, { ...options, ...(mapEncoder && { mapEncoder: withoutEnds(mapEncoder) }) }),
  });
}
