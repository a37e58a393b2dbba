import type { Bound } from '@pixelrnn/core';

/** What is said of numbers that are no exact likelihoods. */
const IN_WORDS: Readonly<Record<Bound, string>> = {
  exact: '',
  upper: ' (upper bound)',
  'given-code': ' (given the code of the image, whose cost is not in it)',
};

interface Likelihoods {
  readonly nats: number;
  readonly bitsPerDim: number;
  readonly bound?: Bound;
  /** Draws of latents that an upper bound was made with, where they were asked for. */
  readonly boundSamples?: number;
}

/** Nats and bits per dimension, and what they are, in words. */
export function likelihoods({ nats, bitsPerDim, bound = 'exact', boundSamples }: Likelihoods): string {
  const kind = boundSamples === undefined ? IN_WORDS[bound] : ` (upper bound of ${boundSamples} draws)`;
  return `${nats.toFixed(2)} nats, ${bitsPerDim.toFixed(4)} bits/dim${kind}`;
}
