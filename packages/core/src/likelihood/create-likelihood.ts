import type { NamedConfig } from '../json.ts';
import { registry } from '../registry.ts';
import type { ImageSpec } from '../units.ts';
import { bernoulli } from './bernoulli.ts';
import { categorical } from './categorical.ts';
import type { Likelihood } from './likelihood.ts';
import { logisticMixture } from './logistic-mixture.ts';

/** Builds a likelihood from its options; `channels` and `levels`, where they are not among these, are the image's. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds factories of every options type; each checks its own.
export type LikelihoodFactory = (options: any) => Likelihood;

const LIKELIHOODS = registry<LikelihoodFactory>('Likelihood', {
  bernoulli: () => bernoulli(),
  categorical,
  logisticMixture,
});

/**
 * Makes a likelihood of your own known by name, so that configs and checkpoints can hold it, and every system can be given it:
 * `registerLikelihood('poisson', poisson)`. Its factory must build the same likelihood from `likelihood.config`.
 */
export const registerLikelihood = (name: string, factory: LikelihoodFactory): void =>
  LIKELIHOODS.register(name, factory);

/**
 * Builds a likelihood for images of some channels and levels.
 * @param chosen a name, or a name and options
 */
export function createLikelihood(
  chosen: string | NamedConfig,
  { channels, levels }: Pick<ImageSpec, 'channels' | 'levels'>,
): Likelihood {
  const { name, config } = typeof chosen === 'string' ? { name: chosen, config: {} } : chosen;
  return LIKELIHOODS.get(name)({ channels, levels, ...config });
}

/** Bernoulli for binary images of one channel, a softmax over the levels of each channel otherwise. */
export const likelihoodOf = ({ channels, levels }: Pick<ImageSpec, 'channels' | 'levels'>): Likelihood =>
  channels === 1 && levels === 2 ? bernoulli() : categorical({ channels, levels });
