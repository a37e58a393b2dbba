import type { JsonObject } from '../json.ts';
import { bernoulli } from './bernoulli.ts';
import { categorical } from './categorical.ts';
import type { Likelihood } from './likelihood.ts';

/** What is stored of a likelihood: the name and options of its factory. */
export type LikelihoodConfig = { readonly name: string; readonly config: JsonObject };

const LIKELIHOODS = new Map<string, (config: JsonObject) => Likelihood>(Object.entries({ bernoulli, categorical }));

/** Builds a likelihood from its name and config. */
export function createLikelihood({ name, config }: LikelihoodConfig): Likelihood {
  const factory = LIKELIHOODS.get(name);
  if (!factory) throw new Error(`createLikelihood: wanted one of ${[...LIKELIHOODS.keys()].join(', ')}, got "${name}"`);
  return factory(config);
}
