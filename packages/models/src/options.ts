import {
  type Conditions,
  createEncoding,
  createLikelihood,
  type Encoding,
  groupCount,
  type ImageSpec,
  type JsonObject,
  type Likelihood,
  likelihoodOf,
  type Mapping,
  type NamedConfig,
  withDefaults,
} from '@pixelrnn/core';
import { createMapping } from '@pixelrnn/layers';
import { withEnds } from './mapping-ends.ts';

/** What every system of one network is told. */
export interface SystemOptions {
  readonly image: ImageSpec;
  /** Name of the likelihood, or name and options; by default Bernoulli for binary grey images, a softmax over the levels otherwise. */
  readonly likelihood?: string | NamedConfig;
  /** Name of the encoding of levels, or name and options; by default levels scaled to −1 … 1. */
  readonly encoding?: string | NamedConfig;
  /**
   * m(y) of the map y that the model is conditioned on (Gated PixelCNN §2.3): a mapping to a map of `features` channels, which the layers read in the
   * place of y, so that a pixel sees what lies around it in y in all directions. Its ends follow from the image, `map` and `features`.
   */
  readonly mapEncoder?: NamedConfig;
  /** Channels of m(y). */
  readonly features?: number;
}

/** Options over their defaults, those of every system included. */
export function resolveOptions<O extends SystemOptions, D extends Partial<O>>(
  system: string,
  options: O,
  defaults: D,
  others: readonly (keyof O & string)[] = [],
  fractions: readonly (keyof O & string)[] = [],
): O & Required<D> {
  checkImage(system, options.image);
  checkMap(system, options);
  const ends = ['image', 'likelihood', 'encoding', 'mapEncoder', 'features'] as const;
  return withDefaults(system, options, defaults, [...ends, ...others], fractions);
}

export function checkImage(who: string, image: ImageSpec | undefined): void {
  const { height, width, channels, levels } = image ?? {};
  const good = (value: unknown, min: number) => Number.isInteger(value) && (value as number) >= min;
  if (!good(height, 1) || !good(width, 1) || !good(channels, 1) || !good(levels, 2))
    throw new Error(`${who}: wanted image = { height, width, channels ≥ 1, levels ≥ 2 }, got ${JSON.stringify(image)}`);
}

function checkMap(system: string, { map, mapEncoder, features }: SystemOptions & Pick<Conditions, 'map'>): void {
  if (mapEncoder === undefined && features === undefined) return;
  if (map === undefined || mapEncoder === undefined || features === undefined)
    throw new Error(
      `${system}: wanted map, mapEncoder and features together, got ${JSON.stringify({ map, mapEncoder, features })}`,
    );
}

/** What lies on all sides of a network. */
export interface Ends {
  readonly encoding: Encoding;
  readonly likelihood: Likelihood;
  /** Colour groups of the network. */
  readonly groups: number;
  /** Channels of the map that its layers read. */
  readonly map?: number;
  /** What makes that map of the one that the model is given. */
  readonly mapEncoder?: Mapping;
}

/** The encoding and the likelihood that a system is told, or their defaults, and the map that its layers read. */
export function endsOf(options: SystemOptions & Pick<Conditions, 'map'>): Ends {
  const { image, likelihood, encoding = 'scaled' } = options;
  const chosen = likelihood === undefined ? likelihoodOf(image) : createLikelihood(likelihood, image);
  return {
    encoding: createEncoding(encoding, image),
    likelihood: chosen,
    groups: groupCount(chosen.outputGroups),
    map: options.features ?? options.map,
    mapEncoder: mapEncoderOf(options),
  };
}

function mapEncoderOf(options: SystemOptions & Pick<Conditions, 'map'>): Mapping | undefined {
  const { image, map, mapEncoder, features } = options;
  const size = [image.height, image.width];
  return mapEncoder && createMapping(withEnds(mapEncoder, [...size, map!], [...size, features!]));
}

/** Options as the config that `createModel` reads. */
export const systemConfig = (system: string, options: object): JsonObject => ({ system, ...options }) as JsonObject;
