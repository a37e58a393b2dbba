import {
  createEncoding,
  createLikelihood,
  type Encoding,
  groupCount,
  type ImageSpec,
  type JsonObject,
  type Likelihood,
  likelihoodOf,
  type NamedConfig,
  withDefaults,
} from '@pixelrnn/core';

/** What every system is told. */
export interface SystemOptions {
  readonly image: ImageSpec;
  /** Name of the likelihood, or name and options; by default Bernoulli for binary grey images, a softmax over the levels otherwise. */
  readonly likelihood?: string | NamedConfig;
  /** Name of the encoding of levels, or name and options; by default levels scaled to −1 … 1. */
  readonly encoding?: string | NamedConfig;
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
  return withDefaults(system, options, defaults, ['image', 'likelihood', 'encoding', ...others], fractions);
}

export function checkImage(who: string, image: ImageSpec | undefined): void {
  const { height, width, channels, levels } = image ?? {};
  const good = (value: unknown, min: number) => Number.isInteger(value) && (value as number) >= min;
  if (!good(height, 1) || !good(width, 1) || !good(channels, 1) || !good(levels, 2))
    throw new Error(`${who}: wanted image = { height, width, channels ≥ 1, levels ≥ 2 }, got ${JSON.stringify(image)}`);
}

/** What lies on both sides of a network. */
export interface Ends {
  readonly encoding: Encoding;
  readonly likelihood: Likelihood;
  /** Colour groups of the network. */
  readonly groups: number;
}

/** The encoding and the likelihood that a system is told, or their defaults. */
export function endsOf({ image, likelihood, encoding = 'scaled' }: SystemOptions): Ends {
  const chosen = likelihood === undefined ? likelihoodOf(image) : createLikelihood(likelihood, image);
  return { encoding: createEncoding(encoding, image), likelihood: chosen, groups: groupCount(chosen.outputGroups) };
}

/** Options as the config that `createModel` reads. */
export const systemConfig = (system: string, options: object): JsonObject => ({ system, ...options }) as JsonObject;
